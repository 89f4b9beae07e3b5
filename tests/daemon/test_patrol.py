from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.builders import rule
from tests.daemon.test_ledger import BOOK, URL
from tests.simulator.clocks import Clock
from watcher.catalog.names import Surface
from watcher.daemon.clock import wall_clock
from watcher.daemon.ledger import Entry, Ledger
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.patrol import Patrol
from watcher.daemon.rounds.schedule import seeded
from watcher.daemon.rounds.sweeping import Outcome, Sweeper, Wanted
from watcher.openrouter import CatalogClient
from watcher.reading.reader import Reader
from watcher.simulator.server import Server
from watcher.simulator.simulation import Simulation
from watcher.store.store import Store


class Broken(Sweeper):
    """Fails as no sweep should."""

    async def ask(self, surface: Surface, wanted: Wanted) -> Outcome:
        raise RuntimeError(f"key sk-secret while {surface} was asked for {wanted}")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Store.open(tmp_path / "state", catalog=URL) as store:
        yield Ledger(store, BOOK, {"us": ("#one",)})


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with Server(Simulation(models=12, clock=Clock())) as server:
        yield server.base_url


def patrol(sweeper: Sweeper, ledger: Ledger, judged: Callable[[Entry], object]) -> Patrol:
    return Patrol(sweeper, ledger, means=Means(), clock=wall_clock, luck=seeded("test"), judged=judged)


def test_a_mistake_of_our_own_is_a_failed_poll_and_the_log_says_where_but_no_secret(ledger: Ledger) -> None:
    async def sweep() -> bool:
        async with CatalogClient("http://127.0.0.1:1") as client:
            return await patrol(Broken(client, Reader()), ledger, lambda entry: entry).sweep(Surface.MODELS)

    with capture_logs() as logs:
        written = asyncio.run(sweep())

    assert written
    assert ledger.state.surfaces[Surface.MODELS].failures == 1
    assert [entry["event"] for entry in logs] == ["poll.failed", "poll.refused"]
    assert logs[0]["error"] == "RuntimeError"
    assert "test_patrol.py" in logs[0]["places"][0]
    assert "sk-secret" not in str(logs)


def test_what_cannot_be_written_is_told_and_the_next_poll_comes_all_the_same(
    ledger: Ledger, base_url: str, tmp_path: Path
) -> None:
    async def sweep_twice() -> list[bool]:
        async with CatalogClient(base_url) as client:
            walker = patrol(Sweeper(client, Reader()), ledger, lambda entry: entry)
            database = tmp_path / "state" / "watcher.db"
            hidden = database.rename(tmp_path / "elsewhere.db")
            ledger._store.close()  # noqa: SLF001  # a connection that is open would not notice
            lost = [await walker.sweep(surface) for surface in (Surface.MODELS, Surface.MODELS, Surface.ZDR)]
            hidden.rename(database)
            return [*lost, await walker.sweep(Surface.MODELS)]

    with capture_logs() as logs:
        written = asyncio.run(sweep_twice())

    assert written == [False, False, False, True]
    assert [entry["event"] for entry in logs] == ["poll.lost", "poll.recovered", "poll.judged"]
    assert "watcher.db: cannot be" in logs[0]["reason"]
    assert len(ledger.state.models) == 12


def test_models_are_believed_before_anything_else_is_asked_for(ledger: Ledger, base_url: str) -> None:
    order: list[Surface] = []

    async def walk() -> None:
        done = asyncio.Event()

        def judged(entry: Entry) -> None:
            fresh = entry.decision.state.surfaces.keys() - entry.before.surfaces.keys()
            order.extend(fresh)
            if len(order) == len(walker.plan().surfaces):
                done.set()

        async with CatalogClient(base_url) as client:
            walker = patrol(Sweeper(client, Reader()), ledger, judged)
            walking = asyncio.ensure_future(walker.walk())
            await asyncio.wait_for(done.wait(), 20)
            walking.cancel()

    asyncio.run(walk())

    assert order[0] is Surface.MODELS
    assert set(order) == set(patrol(Sweeper(CatalogClient(URL), Reader()), ledger, print).plan().surfaces)


@pytest.mark.parametrize("commits", [3, 4, 5])
def test_a_patrol_that_is_ended_while_it_is_told_of_a_commit_ends(
    base_url: str, tmp_path: Path, commits: int
) -> None:
    book = replace(BOOK, rules=(rule("data-policy-flip"), rule("uptime-drop"), rule("provider-added")))

    async def walk(ledger: Ledger) -> None:
        seen: list[Entry] = []

        def judged(entry: Entry) -> None:
            seen.append(entry)
            if len(seen) == commits:
                walking.cancel()

        async with CatalogClient(base_url) as client:
            walker = patrol(Sweeper(client, Reader()), ledger, judged)
            walking = asyncio.ensure_future(walker.walk())
            await asyncio.wait([walking], timeout=5)
            assert walking.cancelled()

    with Store.open(tmp_path / "state", catalog=URL) as store:
        asyncio.run(walk(Ledger(store, book, {"us": ("#one",)})))
