from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.delivery.backoff import LONGEST, LONGEST_ASKED, asked_pause, backoff

NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)


def test_pauses_double_from_five_seconds_to_four_hours() -> None:
    pauses = [backoff(n, lambda: 1.0) for n in (1, 2, 3, 20)]

    assert pauses == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20), timedelta(hours=4)]


@given(st.integers(min_value=0, max_value=10**6), st.floats(min_value=0, max_value=1))
def test_no_pause_is_shorter_than_half_of_the_first_or_longer_than_the_longest(n: int, chance: float) -> None:
    assert timedelta(seconds=2.5) <= backoff(n, lambda: chance) <= LONGEST


@pytest.mark.fault("Retry-After is a date in the past", "Retry-After is 1e9 seconds")
@pytest.mark.parametrize(
    ("header", "pause"),
    [
        (None, None),
        ("", None),
        ("120", timedelta(minutes=2)),
        ("1000000000", LONGEST_ASKED),
        ("9" * 4000, LONGEST_ASKED),
        ("Mon, 06 Jul 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Mon, 06 Jul 2026 11:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("-5", None),
    ],
)
def test_a_servers_wish_is_read_in_seconds_or_as_a_date_and_kept_within_a_day(
    header: str | None, pause: timedelta | None
) -> None:
    assert asked_pause(header, NOON) == pause
