"""The days and hours that upstream recorded, where some rule measures uptimes and we did not look."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.daemon.pasts import FOUND, MODELS, Life, book, known_hours, live
from tests.simulator.clocks import NOON, Clock
from watcher.catalog.names import EndpointKey, Surface
from watcher.daemon.rounds.allowance import Allowance
from watcher.simulator.conditions import ModelDown
from watcher.simulator.faults import Html
from watcher.simulator.founding import found
from watcher.simulator.script import Script

UPTIMES = (Surface.UPTIME_RECENT, Surface.UPTIME_HOURLY)
MEASURING = book("uptime-drop")
DAY = timedelta(days=1)
DOWN = next(row for row in found(1, MODELS).listings.values() if ":" not in row.id and row.offers)
LONG_AGO = ModelDown(at=timedelta(hours=-30), until=timedelta(hours=-26), model=DOWN.id)


def endpoints(life: Life) -> set[EndpointKey]:
    """Give what has an id: tiers of service have none."""
    return {
        key
        for known in life.ledger.state.endpoints.values()
        for key, tracked in known.items()
        if tracked.record.tier == "standard"
    }


def test_the_last_days_and_hours_are_in_the_history_at_first_sight_and_nowhere_else(tmp_path: Path) -> None:
    async def story(life: Life) -> None:
        await life.sweep(*FOUND)
        before = life.ledger.state

        await life.fill(40)

        days = life.days()
        assert set(days) == {NOON.date() - back * DAY for back in range(4)}
        for back in (1, 2):
            assert set(days[NOON.date() - back * DAY]) == endpoints(life)
        assert {len(day.hours) for day in days[NOON.date()].values()} == {12}
        assert not any(day.is_measured for found in days.values() for day in found.values())
        known = [day.recorded for day in days[NOON.date() - DAY].values() if day.recorded is not None]
        assert len(known) > 10
        assert life.store.load() == before == life.ledger.state
        assert life.store.outbox.backlogs() == {}

    live(tmp_path, MEASURING, story)


def test_an_outage_before_we_came_is_seen_in_the_hours_and_is_no_alert(tmp_path: Path) -> None:
    async def story(life: Life) -> list[list[float]]:
        await life.sweep(*FOUND)
        await life.fill(40)
        await life.sweep(Surface.ENDPOINTS)
        assert life.store.queries.told(NOON - 9 * DAY) == ()
        assert not life.ledger.state.episodes
        return [list(known_hours(life, key)) for key in endpoints(life) if key.model == DOWN.id]

    hours = [known for known in live(tmp_path, MEASURING, story, script=Script(events=(LONG_AGO,))) if known]

    assert hours
    assert all(known.count(0.0) == 4 for known in hours)


def test_nothing_is_asked_for_twice_in_one_life_or_the_next(tmp_path: Path) -> None:
    async def story(life: Life) -> Counter[Surface]:
        await life.sweep(*FOUND)
        await life.fill(40)
        await life.fill(40)
        return life.ground.asked

    async def first(life: Life) -> Counter[Surface]:
        asked = await story(life)
        assert asked[Surface.UPTIME_HOURLY] == len(endpoints(life))
        return asked

    once, again = live(tmp_path, MEASURING, first), live(tmp_path, MEASURING, story)

    assert once[Surface.UPTIME_RECENT] <= 12
    assert not again.keys() & {*UPTIMES, Surface.FRONTEND_ENDPOINTS}


@pytest.mark.parametrize(("away", "worth_it"), [(5, False), (20, True)])
def test_hours_are_asked_for_again_after_a_long_gap_of_our_own(
    tmp_path: Path, *, away: int, worth_it: bool
) -> None:
    async def before(life: Life) -> None:
        await life.sweep(*FOUND)
        await life.fill(40)

    async def after(life: Life) -> tuple[int, int]:
        await life.sweep(*FOUND)
        await life.fill(40)
        hours = life.days()[NOON.date()]
        return life.ground.asked[Surface.UPTIME_HOURLY], min(len(day.hours) for day in hours.values())

    live(tmp_path, MEASURING, before)
    asked, known = live(tmp_path, MEASURING, after, clock=Clock(NOON + timedelta(hours=away)))

    assert (asked > 0, known) == (worth_it, 24 if worth_it else 12)


def test_a_life_that_polls_leaves_no_gap(tmp_path: Path) -> None:
    async def story(life: Life) -> int:
        await life.sweep(*FOUND)
        await life.fill(40)
        first = life.ground.asked[Surface.UPTIME_HOURLY]
        for _ in range(26):
            life.clock.forward(minutes=60)
            await life.sweep(Surface.ENDPOINTS)
        await life.fill(4)
        return life.ground.asked[Surface.UPTIME_HOURLY] - first

    assert live(tmp_path, MEASURING, story) == 0


def test_without_a_rule_that_measures_uptimes_nobody_asks_for_them(tmp_path: Path) -> None:
    async def story(life: Life) -> set[Surface]:
        await life.sweep(*FOUND)
        await life.fill(40)
        return set(life.ground.asked)

    assert live(tmp_path, book("price-change"), story) == {Surface.LISTED_PRICES}


def test_where_a_rule_has_the_frontends_endpoints_swept_their_ids_come_from_there(tmp_path: Path) -> None:
    async def story(life: Life) -> None:
        await life.sweep(*FOUND)
        await life.fill(40)
        assert not life.ground.asked.keys() & {*UPTIMES, Surface.FRONTEND_ENDPOINTS}
        await life.sweep(Surface.FRONTEND_ENDPOINTS)
        await life.fill(40)
        assert life.ground.asked[Surface.FRONTEND_ENDPOINTS] == 0
        assert life.ground.asked[Surface.UPTIME_HOURLY] == len(endpoints(life))

    live(tmp_path, book("uptime-drop", "data-policy-flip"), story)


@pytest.mark.parametrize("lost", [*UPTIMES, Surface.LISTED_PRICES, Surface.FRONTEND_ENDPOINTS])
def test_a_surface_that_is_lost_costs_only_its_own_past_and_is_left_alone_for_an_hour(
    tmp_path: Path, lost: Surface
) -> None:
    async def story(life: Life) -> Counter[Surface]:
        await life.sweep(*FOUND)
        await life.fill(40)
        first = Counter(life.ground.asked)
        life.clock.forward(minutes=59)
        await life.fill(1)
        assert life.ground.asked[lost] == first[lost] <= 5
        life.clock.forward(minutes=2)
        await life.fill(1)
        assert life.ground.asked[lost] > first[lost]
        return first

    # The hours tell of the days too: while they come, nobody misses the days.
    losses = UPTIMES if lost is Surface.UPTIME_RECENT else (lost,)
    gone = Script(faults=tuple(Html(at=timedelta(0), until=DAY, surface=one) for one in losses))
    asked = live(tmp_path, MEASURING, story, script=gone)

    others = {*UPTIMES, Surface.LISTED_PRICES}.difference(losses)
    needs_ids = lost is Surface.FRONTEND_ENDPOINTS
    assert all(asked[other] > 5 for other in others if not (needs_ids and other in UPTIMES))


def test_the_past_takes_its_time_and_leaves_room_for_what_changes(tmp_path: Path) -> None:
    allowance = Allowance()

    async def story(life: Life) -> tuple[int, int]:
        await life.sweep(*FOUND)
        await life.fill(40)
        return life.ground.asked.total(), allowance.left(life.patrol.plan(), None, life.clock())

    asked, left = live(tmp_path, MEASURING, story, allowance=allowance)

    assert 0 < left < asked < MODELS
