"""What upstream recorded of days and hours stands beside what we measured, and never in its place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.store.test_retention import AZURE, days, read
from tests.store.values import FIREWORKS, NOON
from watcher.catalog.telemetry import Day
from watcher.store.days import together
from watcher.store.places import DATABASE
from watcher.store.store import Store

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = NOON.date()
MEASURED = Day(readings=2, uptime_min=50.0, uptime_mean=75.0, latency_mean=400.0)


def test_a_day_is_filled_once_and_what_is_known_stays(store: Store) -> None:
    first = store.fill_days({TODAY: {FIREWORKS: Day(recorded=98.0)}})
    again = store.fill_days({TODAY: {FIREWORKS: Day(recorded=98.0)}})
    other = store.fill_days({TODAY: {FIREWORKS: Day(recorded=1.0, hours=(9.0,)), AZURE: Day()}})

    assert (first, again, other) == (1, 0, 2)
    assert days(store) == {TODAY: {FIREWORKS: Day(recorded=98.0, hours=(9.0,)), AZURE: Day()}}


def test_sweeps_that_shrink_to_a_day_join_what_upstream_recorded_of_it(store: Store) -> None:
    store.fill_days({TODAY: {FIREWORKS: Day(recorded=98.0, hours=(9.0,)), AZURE: Day(recorded=97.0)}})
    read(store, NOON, fireworks=100.0)
    read(store, NOON + HOUR, fireworks=50.0)
    read(store, NOON + DAY, fireworks=99.0)

    store.prune(NOON + 91 * DAY)
    store.prune(NOON + 91 * DAY)

    assert days(store)[TODAY] == {
        FIREWORKS: MEASURED._replace(recorded=98.0, hours=(9.0,)),
        AZURE: Day(recorded=97.0),
    }


def test_a_day_that_we_measured_is_not_overwritten(store: Store) -> None:
    read(store, NOON, fireworks=100.0)
    read(store, NOON + HOUR, fireworks=50.0)
    read(store, NOON + DAY, fireworks=99.0)
    store.prune(NOON + 91 * DAY)

    store.fill_days({TODAY: {FIREWORKS: Day(recorded=1.0)}})

    (found,) = days(store)[TODAY].values()
    assert found == MEASURED._replace(recorded=1.0)
    assert found.uptime == 75.0


def test_a_damaged_day_is_no_hindrance(store: Store, directory: Path) -> None:
    store.fill_days({TODAY: {FIREWORKS: Day(recorded=98.0)}})
    with closing(sqlite3.connect(directory / DATABASE)) as raw, raw:
        raw.execute("UPDATE days SET readings = x'00'")

    store.fill_days({TODAY: {AZURE: Day(recorded=97.0)}})

    assert days(store) == {TODAY: {AZURE: Day(recorded=97.0)}}


def test_the_record_is_no_reading_and_leaves_the_state_alone(store: Store) -> None:
    read(store, NOON, fireworks=100.0)
    before = store.load()

    store.fill_days({TODAY: {FIREWORKS: Day(recorded=1.0)}, TODAY - DAY: {FIREWORKS: Day(recorded=1.0)}})

    assert store.load() == before
    assert [at for at, _ in store.queries.telemetry(NOON - DAY, NOON + DAY)] == [NOON]


def test_the_looks_of_late_say_whose_readings_each_sweep_has(store: Store) -> None:
    read(store, NOON - HOUR, fireworks=100.0)
    read(store, NOON, fireworks=100.0, azure=None)
    read(store, NOON + HOUR, fireworks=100.0, azure=None)

    found = list(store.queries.looked_at(NOON))

    both = frozenset({FIREWORKS, AZURE})
    assert found == [(NOON, both), (NOON + HOUR, both)]
    assert found[0][1] is found[1][1]


@pytest.mark.parametrize(
    ("day", "uptime"),
    [
        (MEASURED._replace(recorded=1.0, hours=(2.0,)), 75.0),
        (Day(latency_mean=400.0, recorded=1.0, hours=(2.0,)), 1.0),
        (Day(hours=(None, 90.0, 100.0)), 95.0),
        (Day(hours=(None,)), None),
    ],
)
def test_the_uptime_of_a_day_is_what_we_measured_before_what_upstream_recorded(
    day: Day, uptime: float | None
) -> None:
    assert day.uptime == uptime


def test_hours_of_two_answers_make_one_day() -> None:
    kept, found = Day(hours=(1.0, None, 3.0)), Day(hours=(9.0, 2.0, 9.0, 4.0))

    assert together(kept, found).hours == (1.0, 2.0, 3.0, 4.0)
    assert together(found, kept).hours == (9.0, 2.0, 9.0, 4.0)
    assert together(Day(), Day(recorded=5.0)) == Day(recorded=5.0)
    assert together(MEASURED, Day(readings=1, uptime_mean=3.0)) == MEASURED


def test_days_are_read_by_the_day(store: Store) -> None:
    store.fill_days({TODAY: {FIREWORKS: Day()}, TODAY - 9 * DAY: {FIREWORKS: Day()}})

    assert [each for each, _ in store.queries.days(TODAY - DAY, date.max)] == [TODAY]
