"""The real patrol against a simulated catalog, an hour in three seconds: its requests are counted there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from watcher.catalog.names import Surface
from watcher.config import Frontend, parse
from watcher.daemon.clock import wall_clock
from watcher.daemon.ledger import Ledger
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.patrol import Patrol
from watcher.daemon.rounds.schedule import seeded
from watcher.daemon.rounds.sweeping import Sweeper
from watcher.openrouter import CatalogClient
from watcher.reading.reader import Reader
from watcher.rules.rulebook import DEFAULT_INTERVALS, Rulebook
from watcher.simulator.faults import Fault, Html
from watcher.simulator.founding import found
from watcher.simulator.script import Script
from watcher.simulator.server import Server
from watcher.simulator.simulation import Simulation
from watcher.store.store import Store

URL = "http://127.0.0.1:9"
SPEED = 1200
AN_HOUR = 3600 / SPEED
MODELS = 60
TEN = [row.id for row in found(1, MODELS).listings.values() if row.offers and ":" not in row.id][:10]
LIMIT = 80


def four_rules() -> Rulebook:
    """Return the four main rules on ten models, at the default intervals made shorter by the speed."""
    book = parse(
        f"""
models: {TEN}
receivers: {{us: {{console: true}}}}
rules:
  - {{use: new-free-variant, models: ["*"]}}
  - {{use: price-change, percent: 5}}
  - {{use: data-policy-flip, direction: worse}}
  - {{use: uptime-drop, below: 90, for: 30m}}
""",
        {},
    ).rulebook
    return replace(book, intervals={surface: every / SPEED for surface, every in DEFAULT_INTERVALS.items()})


def requests_of(folder: Path, hours: float, means: Means, *faults: Fault) -> Mapping[str, float]:
    """Return how many requests came in each of some hours of a life, and how many were planned."""
    script = Script(speed=SPEED, faults=faults)
    world = Simulation(seed=1, models=MODELS, script=script, clock=wall_clock)
    counted: dict[str, float] = {}

    async def live(server: Server, ledger: Ledger) -> None:
        async with CatalogClient(server.base_url, max_requests_per_minute=100_000) as client:
            patrol = Patrol(
                Sweeper(client, Reader()),
                ledger,
                means=means,
                clock=wall_clock,
                luck=seeded("test"),
                judged=lambda entry: None,  # noqa: ARG005  # nobody waits for it
            )
            walking = asyncio.ensure_future(patrol.walk())
            await asyncio.sleep(AN_HOUR)
            counted["first"] = server.requests
            await asyncio.sleep(AN_HOUR * hours)
            counted["next"] = (server.requests - counted["first"]) / hours
            walking.cancel()
            counted["planned"] = patrol.plan().an_hour / SPEED

    with Server(world) as server, Store.open(folder / "state", catalog=URL) as store:
        asyncio.run(live(server, Ledger(store, four_rules(), {"us": ("#one",)})))
    return counted


@pytest.mark.parametrize("frontend", [Frontend.POLICIES, Frontend.ALL])
def test_the_four_main_rules_on_ten_models_ask_fewer_than_eighty_times_an_hour(
    tmp_path: Path, frontend: Frontend
) -> None:
    counted = requests_of(tmp_path, 0.5, Means(frontend=frontend))

    assert 10 < counted["next"] < LIMIT  # a busy machine asks less than planned
    assert counted["first"] < LIMIT + sum(len(TEN) for _ in range(2))
    assert counted["planned"] == pytest.approx(65 if frontend is Frontend.ALL else 55, abs=0.2)


def test_a_frontend_that_is_gone_is_asked_less_not_more(tmp_path: Path) -> None:
    ages = timedelta(days=9)
    gone = [
        Html(at=timedelta(0), until=ages, surface=surface)
        for surface in (Surface.FRONTEND, Surface.FRONTEND_ENDPOINTS, Surface.ZDR, Surface.PROVIDERS)
    ]

    counted = requests_of(tmp_path, 0.5, Means(frontend=Frontend.ALL), *gone)

    assert counted["next"] < LIMIT


def test_the_hours_limit_is_kept_by_stretching(tmp_path: Path) -> None:
    counted = requests_of(tmp_path, 1, Means(per_hour=30 * SPEED))

    assert counted["planned"] <= 30
    assert 10 < counted["next"] <= 36
