"""Hours: quiet ones, digests, and the two nights a year on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from watcher.alerts.hours import end_of_quiet, next_digest
from watcher.alerts.receiver import Digest, QuietHours
from watcher.alerts.severity import Severity

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(start=time(22), end=time(7))
LUNCH = QuietHours(start=time(12), end=time(13))
INFO = Severity.INFO


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def quiet(
    text: str, hours: QuietHours = NIGHT, zone: ZoneInfo = BERLIN, severity: Severity = INFO
) -> datetime:
    return end_of_quiet(utc(text), hours, severity, zone)


def digest(text: str, wanted: Digest, zone: ZoneInfo = BERLIN, severity: Severity = INFO) -> datetime:
    return next_digest(utc(text), wanted, severity, zone)


def test_no_quiet_hours_and_no_digest_hold_nothing() -> None:
    noon = utc("2026-07-06 12:00")

    assert end_of_quiet(noon, None, INFO, BERLIN) == next_digest(noon, None, INFO, BERLIN) == noon


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        ("2026-07-06 19:59", "2026-07-06 19:59"),
        ("2026-07-06 20:00", "2026-07-07 05:00"),
        ("2026-07-06 23:30", "2026-07-07 05:00"),
        ("2026-07-07 04:59", "2026-07-07 05:00"),
        ("2026-07-07 05:00", "2026-07-07 05:00"),
    ],
)
def test_quiet_hours_cross_midnight_in_local_time(moment: str, leaves: str) -> None:
    assert quiet(moment) == utc(leaves)


def test_quiet_hours_of_one_day_end_on_it() -> None:
    assert quiet("2026-07-06 10:30", LUNCH) == utc("2026-07-06 11:00")
    assert quiet("2026-07-06 11:30", LUNCH) == utc("2026-07-06 11:30")


@pytest.mark.fault("daylight saving begins or ends")
def test_the_night_on_which_clocks_go_forward_is_an_hour_shorter() -> None:
    assert quiet("2026-03-28 21:00") == utc("2026-03-29 05:00")
    assert quiet("2026-03-28 20:59") == utc("2026-03-28 20:59")


@pytest.mark.fault("daylight saving begins or ends")
def test_the_night_on_which_clocks_go_back_is_an_hour_longer() -> None:
    assert quiet("2026-10-24 20:00") == utc("2026-10-25 06:00")
    assert quiet("2026-10-25 05:59") == utc("2026-10-25 06:00")


def test_an_end_that_clocks_skip_counts_as_the_hour_after() -> None:
    assert quiet("2026-03-29 00:00", QuietHours(start=time(22), end=time(2, 30))) == utc("2026-03-29 01:30")


def test_the_exempt_severity_is_not_held() -> None:
    exempt = QuietHours(start=time(22), end=time(7), exempt=Severity.WARNING)

    assert quiet("2026-07-06 23:00", exempt, severity=Severity.WARNING) == utc("2026-07-06 23:00")
    assert quiet("2026-07-06 23:00", exempt, severity=Severity.INFO) == utc("2026-07-07 05:00")
    assert quiet("2026-07-06 23:00", severity=Severity.CRITICAL) == utc("2026-07-07 05:00")


def test_a_digest_is_the_first_at_or_after_the_moment() -> None:
    daily = Digest(at=time(9))

    assert digest("2026-07-06 06:00", daily) == utc("2026-07-06 07:00")
    assert digest("2026-07-06 07:00", daily) == utc("2026-07-06 07:00")
    assert digest("2026-07-06 07:01", daily) == utc("2026-07-07 07:00")


def test_a_weekly_digest_waits_for_its_day() -> None:
    mondays = Digest(at=time(9), weekday=0)

    assert digest("2026-07-06 06:00", mondays) == utc("2026-07-06 07:00")
    assert digest("2026-07-06 08:00", mondays) == utc("2026-07-13 07:00")


@pytest.mark.fault("daylight saving begins or ends")
def test_a_digest_keeps_its_local_time_when_clocks_change() -> None:
    daily = Digest(at=time(9))

    assert digest("2026-03-28 12:00", daily) == utc("2026-03-29 07:00")
    assert digest("2026-10-24 12:00", daily) == utc("2026-10-25 08:00")


def test_a_digest_lets_the_exempt_severity_through() -> None:
    daily = Digest(at=time(9), exempt=Severity.CRITICAL)

    assert digest("2026-07-06 08:00", daily, severity=Severity.CRITICAL) == utc("2026-07-06 08:00")
