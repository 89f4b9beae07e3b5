from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from watcher.openrouter.retry_after import asked_pause

NOW = "Sun, 22 Nov 2026 12:00:00 GMT"


@pytest.mark.fault("Retry-After is a date in the past")
@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 1.5 ", 1.5),
        ("1000000000", 1e9),
        ("Sun, 22 Nov 2026 12:02:00 GMT", 120),
        ("Fri, 22 Nov 2024 12:00:00 GMT", 0),
    ],
)
def test_a_pause_is_read_from_seconds_and_from_dates_also_past_ones(asked: str, seconds: float) -> None:
    assert asked_pause(httpx.Headers({"Retry-After": asked, "Date": NOW})) == timedelta(seconds=seconds)


@pytest.mark.parametrize("asked", ["", "soon", "-5", "NaN", "1e9", "٣", "Sun, 99 Nov 2026 12:00:00 GMT"])
def test_what_is_no_pause_is_none(asked: str) -> None:
    assert asked_pause(httpx.Headers([(b"Retry-After", asked.encode()), (b"Date", NOW.encode())])) is None


def test_a_date_without_upstreams_clock_is_none() -> None:
    assert asked_pause(httpx.Headers({"Retry-After": NOW})) is None


def test_no_header_is_no_pause() -> None:
    assert asked_pause(httpx.Headers({})) is None
