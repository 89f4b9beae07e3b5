from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from tests.simulator.clocks import NOON, Clock
from watcher.catalog.names import Kind, ModelId, Surface
from watcher.config import parse
from watcher.daemon.ledger import Entry, Ledger
from watcher.daemon.rounds.allowance import Allowance
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.patrol import Patrol
from watcher.daemon.rounds.plan import Plan, plan
from watcher.daemon.rounds.pulling import may_be_partial
from watcher.daemon.rounds.sweeping import Sweeper
from watcher.judgement.state import Hold, SurfaceHealth
from watcher.openrouter import CatalogClient
from watcher.reading.reader import Reader
from watcher.simulator.days import cheapest_tag
from watcher.simulator.founding import found
from watcher.simulator.memberships import Removed
from watcher.simulator.pricing import PriceMoves
from watcher.simulator.script import Script
from watcher.simulator.server import Server
from watcher.simulator.simulation import Simulation
from watcher.store.store import Store

T = TypeVar("T")
HOUR = timedelta(hours=1)
MOVE = timedelta(minutes=62)
URL = "http://127.0.0.1:9"
MODELS = 24
CATALOG = found(1, MODELS)
MOVED = next(row for row in CATALOG.listings.values() if len(row.offers) == 1 and ":" not in row.id)
HALVED = max(CATALOG.listings.values(), key=lambda row: len(row.offers) * (row is not MOVED))
BOOK = parse(
    f"""
catalog: {{base_url: "{URL}"}}
receivers: {{us: {{console: true, group_wait: 0s}}}}
rules:
  - {{use: price-change, for: 0s}}
  - {{use: uptime-drop, for: 30m}}
""",
    {},
).rulebook
PLANNED = plan(BOOK, (), Means())


@dataclass
class Life:
    """A patrol over a simulated catalog whose clock is moved by hand."""

    clock: Clock
    patrol: Patrol
    ledger: Ledger
    store: Store
    server: Server
    moved: asyncio.Event

    async def sweep(self, *surfaces: Surface) -> int:
        """Sweep some surfaces, and return how many requests that took."""
        before = self.server.requests
        for surface in surfaces:
            await self.patrol.sweep(surface)
        return self.server.requests - before

    async def sweep_some(self, *models: str) -> int:
        """Sweep the endpoints of some models, and return how many requests that took."""
        before = self.server.requests
        await self.patrol.sweep_some([ModelId(model) for model in models])
        return self.server.requests - before


async def hurry(seconds: float) -> None:
    """Let the requests of a sweep follow one another at once, though the patrol spreads them."""
    del seconds


def live(folder: Path, days: Callable[[Life], Awaitable[T]]) -> T:
    moves = PriceMoves(at=MOVE, model=MOVED.id, tag=cheapest_tag(MOVED), percent=Decimal(40))
    leaving = [
        Removed(at=2 * HOUR, model=HALVED.id, tag=offer.tag)
        for offer in HALVED.offers[1:]
        if not offer.twin_of
    ]
    script = Script(events=(moves, *leaving))
    clock = Clock()
    world = Simulation(seed=1, models=MODELS, script=script, clock=clock, start=NOON)

    async def living() -> T:
        moved = asyncio.Event()

        def judged(entry: Entry) -> None:
            if any(change.kind is Kind.ENDPOINT for change in entry.decision.changes):
                moved.set()

        async with CatalogClient(server.base_url, max_requests_per_minute=6000, sleep=hurry) as client:
            patrol = Patrol(
                Sweeper(client, Reader()),
                ledger,
                means=Means(),
                clock=clock,
                luck=lambda surface, at: 0.5,  # noqa: ARG005  # no jitter
                judged=judged,
            )
            return await days(Life(clock, patrol, ledger, store, server, moved))

    with Server(world) as server, Store.open(folder / "state", catalog=URL) as store:
        ledger = Ledger(store, BOOK, {"us": ("#one",)})
        return asyncio.run(living())


def test_a_sweep_of_a_few_models_tells_what_it_shows_and_the_whole_one_comes_when_it_would(
    tmp_path: Path,
) -> None:
    async def days(life: Life) -> tuple[int, datetime]:
        await life.sweep(Surface.MODELS, Surface.ENDPOINTS)
        life.clock.forward(minutes=62)
        asked = await life.sweep_some(MOVED.id)
        assert {change.field for change in life.store.queries.history(MOVED.id)} >= {"pricing.prompt"}
        return asked, life.patrol.timetable()[Surface.ENDPOINTS]

    assert live(tmp_path, days) == (1, NOON + timedelta(minutes=15))


def test_a_row_of_the_list_that_changed_asks_for_the_endpoints_of_its_model_at_once(tmp_path: Path) -> None:
    async def days(life: Life) -> list[str]:
        life.clock.forward(minutes=60)
        await life.sweep(Surface.MODELS, Surface.ENDPOINTS)
        life.clock.forward(minutes=2)
        walking = asyncio.ensure_future(life.patrol.pull_forward())
        before = life.server.requests
        await life.sweep(Surface.MODELS)
        await asyncio.wait_for(life.moved.wait(), 10)
        walking.cancel()
        assert life.server.requests - before == 2
        return [change.field or "" for change in life.store.queries.history(MOVED.id)]

    assert "pricing.prompt" in live(tmp_path, days)


def test_a_few_models_that_lost_most_of_their_endpoints_are_doubted_and_all_are_asked_soon(
    tmp_path: Path,
) -> None:
    async def days(life: Life) -> tuple[int, datetime]:
        await life.sweep(Surface.MODELS, Surface.ENDPOINTS)
        life.clock.forward(minutes=60)
        await life.sweep(Surface.MODELS, Surface.ENDPOINTS)
        life.clock.forward(minutes=60)
        await life.sweep_some(HALVED.id)
        failures = life.ledger.state.surfaces[Surface.ENDPOINTS].failures
        due = life.patrol.timetable()[Surface.ENDPOINTS]
        await life.sweep(Surface.ENDPOINTS)
        assert life.ledger.state.surfaces[Surface.ENDPOINTS].failures == 0
        return failures, due

    assert live(tmp_path, days) == (1, NOON + timedelta(minutes=121))


def test_unplanned_requests_are_a_small_part_of_the_planned_ones_in_any_hour() -> None:
    made = _planned(50)
    allowance = Allowance()

    first = allowance.left(made, None, NOON)
    allowance.spend(first, NOON)
    later = allowance.left(made, None, NOON + timedelta(minutes=59))
    next_hour = allowance.left(made, None, NOON + HOUR)

    assert (first, later, next_hour) == (10, 0, 10)


def test_a_clock_that_is_set_back_gives_no_more_and_holds_nothing_back_for_ever() -> None:
    allowance = Allowance()
    allowance.spend(10, NOON + timedelta(days=1))

    assert allowance.left(_planned(50), None, NOON) == 10


@pytest.mark.parametrize(
    ("health", "may"),
    [
        (SurfaceHealth(), False),
        (SurfaceHealth(believed_at=NOON), True),
        (SurfaceHealth(believed_at=NOON, failures=1), False),
        (SurfaceHealth(believed_at=NOON, hold=Hold(reason="half a list", since=NOON)), False),
    ],
)
def test_a_few_models_are_asked_for_only_while_their_surface_is_believed(
    health: SurfaceHealth, may: bool
) -> None:
    assert may_be_partial(health) is may


def _planned(an_hour: int) -> Plan:
    ask = replace(PLANNED.asks[Surface.MODELS], requests=an_hour, every=HOUR)
    return replace(PLANNED, asks={Surface.MODELS: ask})
