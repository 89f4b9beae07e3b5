from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from watcher.messages.spans import duration, window

AT = datetime(2026, 7, 6, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3600, "0 s"),
        (0, "0 s"),
        (45, "45 s"),
        (1800, "30 min"),
        (4200, "1 h 10 min"),
        (183_600, "2 d 3 h"),
        (320, "5 min 20 s"),
        (1763, "29 min"),
        (3593, "1 h"),
        (3607, "1 h"),
        (86_460, "1 d"),
    ],
)
def test_a_duration_is_told_no_finer_than_anybody_needs(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (None, "since 2026-07-07 00:30 CEST"),
        (timedelta(hours=1), "since 2026-07-07 00:30 CEST"),
        (timedelta(hours=3), "between 2026-07-06 21:30 and 2026-07-07 00:30 CEST"),
        (timedelta(minutes=61), "between 2026-07-06 23:29 and 2026-07-07 00:30 CEST"),
    ],
)
def test_a_gap_of_more_than_an_hour_is_told_with_both_ends(before: timedelta | None, text: str) -> None:
    earlier = None if before is None else AT - before

    assert window(earlier, AT, ZoneInfo("Europe/Berlin")) == text
