"""Lives in which the past is filled: a simulated catalog, a patrol over it, and a clock moved by hand."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from tests.daemon.test_pulling import hurry
from tests.simulator.clocks import NOON, Clock
from watcher.catalog.names import EndpointKey, Surface
from watcher.catalog.telemetry import Day
from watcher.config import Frontend, parse
from watcher.daemon.ledger import Ledger
from watcher.daemon.past.backfill import Ground
from watcher.daemon.past.fillings import backfill_of
from watcher.daemon.rounds.allowance import Allowance
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.patrol import Patrol
from watcher.daemon.rounds.plan import Plan
from watcher.daemon.rounds.sweeping import Sweeper
from watcher.openrouter import CatalogClient, FrontendAnswers
from watcher.reading.reader import Reader
from watcher.rules.rulebook import Rulebook
from watcher.simulator.script import Script
from watcher.simulator.server import Server
from watcher.simulator.simulation import Simulation
from watcher.store.store import Store

T = TypeVar("T")
URL = "http://127.0.0.1:9"
MODELS = 12
FOUND = (Surface.MODELS, Surface.ENDPOINTS)


def book(*rules: str) -> Rulebook:
    listed = "".join(f"  - {{use: {rule}}}\n" for rule in rules)
    return parse(f"receivers: {{us: {{console: true}}}}\nrules:\n{listed}", {}).rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting(Ground):
    """Counts what is asked for, by surface."""

    asked: Counter[Surface] = field(default_factory=Counter)

    async def ask(self, surface: Surface, keys: Sequence[str]) -> FrontendAnswers:
        self.asked[surface] += len(keys)
        return await Ground.ask(self, surface, keys)


class Boundless(Allowance):
    """Has room for whatever is asked for."""

    def left(self, made: Plan, per_hour: int | None, now: datetime) -> int:
        del made, per_hour, now
        return 1000


@dataclass
class Life:
    """A patrol, and what fills its past; ``ground.asked`` counts the requests of the latter."""

    clock: Clock
    patrol: Patrol
    ledger: Ledger
    store: Store
    ground: Counting

    def __post_init__(self) -> None:
        self.backfill = backfill_of(self.ground)

    async def sweep(self, *surfaces: Surface) -> None:
        for surface in surfaces:
            await self.patrol.sweep(surface)

    async def fill(self, rounds: int = 12) -> None:
        """Fill until there is nothing more to ask for, or so many rounds."""
        for _ in range(rounds):
            before = self.ground.asked.total()
            await self.backfill.fill_some()
            if self.ground.asked.total() == before:
                return

    def days(self) -> dict[date, dict[EndpointKey, Day]]:
        return {
            day: dict(found)
            for day, found in self.store.queries.days(
                (self.clock() - timedelta(days=40)).date(), (self.clock() + timedelta(days=40)).date()
            )
        }


def live(
    folder: Path,
    rules: Rulebook,
    story: Callable[[Life], Awaitable[T]],
    *,
    clock: Clock | None = None,
    script: Script | None = None,
    allowance: Allowance | None = None,
) -> T:
    """Live a story with rules; the state in a folder outlives it."""
    clock = clock or Clock()
    world = Simulation(seed=1, models=MODELS, script=script or Script(), clock=clock, start=NOON)

    async def living(server: Server, store: Store) -> T:
        ledger = Ledger(store, rules, {"us": ("#one",)})
        means = Means(frontend=Frontend.ALL)
        async with CatalogClient(server.base_url, max_requests_per_minute=6000, sleep=hurry) as client:
            patrol = Patrol(
                Sweeper(client, Reader()),
                ledger,
                means=means,
                clock=clock,
                luck=lambda surface, at: 0.5,  # noqa: ARG005  # no jitter
                judged=lambda entry: None,  # noqa: ARG005  # nobody waits for it
            )
            ground = Counting(
                client=client,
                store=store,
                means=means,
                allowance=allowance or Boundless(),
                clock=clock,
                rulebook=rules,
                plan=patrol.plan,
                state=lambda: ledger.state,
            )
            return await story(Life(clock, patrol, ledger, store, ground))

    with Server(world) as server, Store.open(folder / "state", catalog=URL) as store:
        return asyncio.run(living(server, store))


def known_hours(life: Life, key: EndpointKey) -> Iterator[float]:
    """Give the uptimes of the hours that upstream recorded of an endpoint, oldest first."""
    for found in life.days().values():
        if key in found:
            yield from (hour for hour in found[key].hours if hour is not None)
