"""Upstream's record of days and hours, as the history keeps it: only what is over, and of whom we know."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from tests.builders import key
from watcher.catalog.names import Surface
from watcher.catalog.past import UptimePoint
from watcher.catalog.sheets import AskedSheet, UptimesSheet
from watcher.catalog.telemetry import Day
from watcher.daemon.past.past_uptimes import past_days, past_hours
from watcher.reading.reader import Reader

NOVITA = key("a/b", "novita")
OWNERS = {"uuid-1": NOVITA}
NOW = datetime(2026, 7, 6, 12, 34, tzinfo=UTC)


def sheet(points: Mapping[datetime, float | None], uuid: str = "uuid-1") -> UptimesSheet:
    found = tuple(UptimePoint(at, uptime) for at, uptime in sorted(points.items()))
    return AskedSheet(surface=Surface.UPTIME_RECENT, rows={uuid: found})


def day(number: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 7, number, hour, minute, tzinfo=UTC)


def test_a_day_counts_when_it_is_over_and_not_when_it_is_going_on_or_yet_to_come() -> None:
    told = {day(4): 98.0, day(5): None, day(6): 50.0, day(7): 1.0, day(4) + timedelta(days=900): 2.0}

    assert past_days(sheet(told), OWNERS, NOW) == {
        date(2026, 7, 4): {NOVITA: Day(recorded=98.0)},
        date(2026, 7, 5): {NOVITA: Day(recorded=None)},
    }


def test_what_begins_at_no_midnight_or_was_long_ago_is_no_day_of_late() -> None:
    told = {day(4, 7): 98.0, day(5) - timedelta(days=40): 9.0, datetime(1, 1, 1, tzinfo=UTC): 9.0}

    assert past_days(sheet(told), OWNERS, NOW) == {}


def test_the_uptimes_of_an_endpoint_that_nobody_knows_are_left_out() -> None:
    assert past_days(sheet({day(5): 9.0}, "uuid-2"), OWNERS, NOW) == {}
    assert past_hours(sheet({day(5): 9.0}, "uuid-2"), OWNERS, NOW) == {}


def test_hours_stand_by_their_day_from_midnight_to_the_last_one_that_is_over() -> None:
    told = {
        day(3, 13): 3.0,
        day(5, 23): 5.0,
        day(6, 0): 6.0,
        day(6, 11): 7.0,
        day(6, 12): 8.0,
        day(6, 15): 9.0,
    }

    past = past_hours(sheet(told), OWNERS, NOW)

    hours = {each: found[NOVITA].hours for each, found in past.items()}
    assert {each.day: len(found) for each, found in hours.items()} == {3: 24, 4: 24, 5: 24, 6: 12}
    assert hours[date(2026, 7, 3)][13] == 3.0
    assert hours[date(2026, 7, 5)][23] == 5.0
    assert (hours[date(2026, 7, 6)][0], hours[date(2026, 7, 6)][-1]) == (6.0, 7.0)
    assert sum(uptime is not None for found in hours.values() for uptime in found) == 4


def test_hours_that_begin_at_no_full_hour_or_long_ago_are_left_out() -> None:
    told = {day(5, 3, 30): 1.0, day(1): 2.0}

    past = past_hours(sheet(told), OWNERS, NOW)

    assert not any(uptime is not None for found in past.values() for uptime in found[NOVITA].hours)


def test_what_was_recorded_in_may_2025_fills_the_days_and_hours_before(recordings: Path) -> None:
    def body(name: str) -> object:
        packed = (recordings / "frontend-2025" / f"stats-{name}.lfm-7b.2025-05-24.json.gz").read_bytes()
        return orjson.loads(gzip.decompress(packed))

    uuid, now = "25b2cca5-53f6-40e7-b47b-191ec968b7c2", datetime(2025, 5, 22, 0, 30, tzinfo=UTC)
    days = past_days(Reader().uptime_recent({"liquid/lfm-7b": body("uptime-recent")}), {uuid: NOVITA}, now)
    hours = past_hours(Reader().uptime_hourly({uuid: body("uptime-hourly")}), {uuid: NOVITA}, now)

    means = {day: found[NOVITA].uptime for day, found in hours.items()}
    assert sorted(days) == sorted(hours) == [date(2025, 5, number) for number in (19, 20, 21)]
    for day, found in days.items():
        assert means[day] == pytest.approx(found[NOVITA].uptime, abs=0.2)
