from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.catalog.names import Surface
from watcher.daemon.rounds.schedule import due_at, seeded, spread_of, timetable
from watcher.judgement.state import UNREAD_SURFACE, SurfaceHealth
from watcher.rules.rulebook import DEFAULT_INTERVALS

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FIVE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


def even(surface: Surface, attempted_at: datetime) -> float:
    del surface, attempted_at
    return 0.5


def tried(*, ago: timedelta = timedelta(0), failures: int = 0) -> SurfaceHealth:
    return SurfaceHealth(attempted_at=NOON - ago, failures=failures)


def test_a_surface_that_was_never_tried_is_due_now() -> None:
    assert due_at(Surface.MODELS, UNREAD_SURFACE, FIVE, NOON, even) == NOON


def test_a_surface_is_due_an_interval_after_its_last_attempt() -> None:
    assert due_at(Surface.MODELS, tried(ago=MINUTE), FIVE, NOON, even) == NOON + 4 * MINUTE


def test_after_failures_it_is_due_sooner_then_ever_later_up_to_its_interval() -> None:
    waits = [
        due_at(Surface.ENDPOINTS, tried(failures=failures), 3 * FIVE, NOON, even) - NOON
        for failures in range(7)
    ]

    assert waits == [15 * MINUTE, MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 15 * MINUTE, 15 * MINUTE]


def test_a_failed_surface_never_waits_longer_than_a_short_interval() -> None:
    second = timedelta(seconds=1)

    assert due_at(Surface.MODELS, tried(failures=3), second, NOON, even) == NOON + second


def test_a_night_asleep_makes_one_sweep_of_each_surface_and_no_more() -> None:
    asleep = dict.fromkeys(Surface, tried(ago=timedelta(hours=33)))
    awake = dict.fromkeys(Surface, tried())

    before = timetable(Surface, asleep, DEFAULT_INTERVALS, NOON, even)
    after = timetable(Surface, awake, DEFAULT_INTERVALS, NOON, even)

    assert all(due <= NOON for due in before.values())
    assert all(due > NOON for due in after.values())


@pytest.mark.fault("a year back")
def test_a_clock_that_was_set_back_a_year_does_not_stop_the_polling() -> None:
    assert due_at(Surface.MODELS, tried(ago=-timedelta(days=365)), FIVE, NOON, even) == NOON


def test_the_timetable_names_what_is_due_first_first() -> None:
    healths = {Surface.MODELS: tried(ago=FIVE), Surface.PROVIDERS: tried(), Surface.ZDR: UNREAD_SURFACE}

    order = list(timetable(Surface, healths, DEFAULT_INTERVALS, NOON, even))

    assert order[0] is Surface.MODELS
    assert order[-1] is Surface.PROVIDERS


@given(st.text(), st.sampled_from(Surface), st.datetimes(timezones=st.just(UTC)))
def test_jitter_stays_within_a_twentieth_and_is_the_same_whenever_asked(
    seed: str, surface: Surface, at: datetime
) -> None:
    health = SurfaceHealth(attempted_at=at)

    first = due_at(surface, health, FIVE, at, seeded(seed))
    again = due_at(surface, health, FIVE, at, seeded(seed))

    assert first == again
    assert 0.95 * FIVE <= first - at <= 1.05 * FIVE


def test_the_first_sweep_is_not_kept_waiting_and_later_ones_take_a_third_of_their_interval() -> None:
    assert spread_of(UNREAD_SURFACE, 3 * FIVE) == timedelta(0)
    assert spread_of(SurfaceHealth(believed_at=NOON), 3 * FIVE) == FIVE
