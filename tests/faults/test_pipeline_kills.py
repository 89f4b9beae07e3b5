"""Deaths of the process where ``tests/acceptance/test_kills.py`` does not look."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.acceptance.lives import configured, life, newcomers, undelivered
from tests.cli.stage import catalog, mailbox
from tests.delivery.sink import sink
from tests.store.values import NOON, OPENROUTER, change, notification, state_with
from watcher.catalog.names import Surface
from watcher.daemon.clock import wall_clock
from watcher.daemon.ledger import Ledger
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.patrol import Patrol
from watcher.daemon.rounds.schedule import seeded
from watcher.daemon.rounds.sweeping import Outcome, Sweeper, Wanted
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.openrouter import CatalogClient
from watcher.reading.reader import Reader
from watcher.rules.rulebook import Rulebook
from watcher.simulator.server import Server
from watcher.simulator.simulation import Simulation
from watcher.store.store import Store

ROOT = Path(__file__).parents[2]


@pytest.mark.fault("killed during a reload")
@pytest.mark.parametrize("point", ["reload_read", "reload_settled"])
def test_a_daemon_killed_during_a_reload_starts_with_the_new_file_and_tells_all(
    tmp_path: Path, point: str
) -> None:
    polls, (first, second) = newcomers(2)
    with catalog(*polls) as (base_url, replay), sink() as receiver:
        config = configured(tmp_path, base_url, f"webhook: http://127.0.0.1:{receiver.port}/ok/old")
        with life(config, point) as doomed:
            doomed.until("poll.judged")
            replay.step()
            doomed.until("delivery.sent")
            configured(tmp_path, base_url, f"webhook: http://127.0.0.1:{receiver.port}/ok/new")
            doomed.send(signal.SIGHUP)
            ended = doomed.wait()
        replay.step()
        with life(config) as last:
            last.until("delivery.sent")
            last.end(signal.SIGTERM)

        assert ended == -signal.SIGKILL
        assert undelivered(config, base_url) == 0
    told = [(request.path.rsplit("/", 1)[1], request.body.decode()) for request in receiver.requests]
    assert [path for path, _ in told] == ["old", "new"]
    assert [first in told[0][1], second in told[1][1]] == [True, True]


@pytest.mark.fault("killed while it stops")
def test_a_daemon_killed_while_it_stops_sends_again_what_was_under_way(tmp_path: Path) -> None:
    polls, (name,) = newcomers(1)
    with catalog(*polls) as (base_url, replay), mailbox() as box:
        config = configured(tmp_path, base_url, f"webhook: {box.url('stuck')}")
        with life(config) as doomed:
            doomed.until("poll.judged")
            replay.step()
            cut = box.next("stuck")
            doomed.send(signal.SIGTERM)
            doomed.until("daemon.stopping")
            doomed.end(signal.SIGKILL)
        with life(config):
            again = box.next("stuck")

    assert name in cut
    assert name in again
    assert ["(possible repeat)" in body for body in (cut, again)] == [False, True]


@pytest.mark.fault("three deaths in a row at the same row")
def test_a_message_that_kills_the_daemon_each_time_does_not_keep_the_others(tmp_path: Path) -> None:
    polls, (poison, well) = newcomers(2)
    with catalog(*polls) as (base_url, replay), sink() as receiver:
        config = configured(tmp_path, base_url, f"webhook: http://127.0.0.1:{receiver.port}/ok")
        with life(config, f"claim of {poison}") as first:
            first.until("poll.judged")
            replay.step()
            deaths = [first.wait()]
        with life(config, f"claim of {poison}") as second:
            deaths.append(second.wait())
        replay.step()
        with life(config, f"claim of {poison}") as third:
            third.until("delivery.sent")
            deaths.append(third.wait())

    assert deaths == [-signal.SIGKILL] * 3
    assert [well in request.body.decode() for request in receiver.requests] == [True]


PRUNED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from watcher.store.store import Store
left = int(sys.argv[2])
def executed(_, __, statement, *___):
    global left
    left -= not statement.lstrip().upper().startswith(("SELECT", "BEGIN"))
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
store = Store.open(Path(sys.argv[1]), catalog="https://openrouter.ai")
event.listen(Engine, "before_cursor_execute", executed)
store.prune(datetime.fromisoformat(sys.argv[3]))
"""


@pytest.mark.fault("killed during retention")
@pytest.mark.parametrize("statements", [0, 1])
def test_a_pruning_that_was_killed_leaves_the_state_whole_and_is_done_the_next_time(
    tmp_path: Path, statements: int
) -> None:
    directory = tmp_path / "state"
    old = NOON + timedelta(days=400)
    decision = Decision(state=state_with("fireworks"), changes=(change(),))
    with Store.open(directory, catalog=OPENROUTER) as store:
        store.commit(State(), decision, [(notification(), "slack")], now=NOON, expected_version=0)
        store.outbox.discard([1], NOON)

    ended = run(PRUNED, directory, statements, old.isoformat())

    assert ended == -signal.SIGKILL
    with Store.open(directory, catalog=OPENROUTER, check=True) as store:
        assert store.load() == state_with("fireworks")
        store.prune(old)
        assert store.queries.outbox() == ()
        assert list(store.queries.history()) == [change()]


class Starved(Sweeper):
    """Has no memory for the first answer."""

    starved = False

    async def ask(self, surface: Surface, wanted: Wanted) -> Outcome:
        if not self.starved:
            self.starved = True
            raise MemoryError
        return await super().ask(surface, wanted)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Store.open(tmp_path / "state", catalog=OPENROUTER) as store:
        yield Ledger(store, Rulebook(rules=(), receivers=()), {})


@pytest.mark.fault("out of memory")
def test_a_poll_for_which_there_was_no_memory_is_a_failed_one(ledger: Ledger) -> None:
    async def sweep_twice(base_url: str) -> None:
        async with CatalogClient(base_url) as client:
            walker = Patrol(
                Starved(client, Reader()),
                ledger,
                means=Means(),
                clock=wall_clock,
                luck=seeded("test"),
                judged=lambda entry: entry,
            )
            for _ in range(2):
                await walker.sweep(Surface.MODELS)

    with Server(Simulation(models=12, clock=wall_clock)) as server, capture_logs() as logs:
        asyncio.run(sweep_twice(server.base_url))

    assert [entry.get("error") for entry in logs if entry["event"] == "poll.failed"] == ["MemoryError"]
    assert len(ledger.state.models) == 12


def run(program: str, *arguments: object) -> int:
    """Run a program that finds our packages, and return how it ended."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode
