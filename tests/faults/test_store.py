"""The disk, the files and the machine under the store fail."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert

from tests.builders import at
from tests.daemon.test_ledger import BOOK, seen
from tests.faults.small_disk import on_small_disk
from tests.store.test_store import ENDLESS
from tests.store.values import NOON, OPENROUTER, state_with
from watcher.daemon.clock import wall_clock
from watcher.daemon.ledger import Ledger
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.simulator.server import Server
from watcher.simulator.simulation import Simulation
from watcher.store.backup import backup, restore
from watcher.store.errors import Behind
from watcher.store.places import DATABASE, SENTINEL
from watcher.store.schema import changes
from watcher.store.store import Store

ROOT = Path(__file__).parents[2]
LOST_COMMITS = 40

SMALL_DISK = """
import os, sys
from pathlib import Path
from tests.store.values import NOON, OPENROUTER, state_with
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.store.errors import StoreError
from watcher.store.store import Store
disk = Path(sys.argv[1])
with Store.open(disk / "state", catalog=OPENROUTER) as store:
    small = state_with("fireworks")
    store.commit(State(), Decision(state=small), (), now=NOON, expected_version=0)
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError as error:
            print(error.errno)
    grown = Decision(state=state_with(*map(str, range(2000))))
    try:
        store.commit(small, grown, (), now=NOON, expected_version=1)
    except StoreError as error:
        print(type(error).__name__)
    print(store.load() == small)
    ballast.unlink()
    print(store.commit(small, grown, (), now=NOON, expected_version=1))
"""


@pytest.mark.fault("the disk is full")
def test_a_full_disk_refuses_the_commit_and_takes_it_when_there_is_room(tmp_path: Path) -> None:
    done = on_small_disk(SMALL_DISK, tmp_path / "disk", size="4m")

    assert done.stdout.split() == ["28", "Full", "True", "2"], done.stderr


STARVED = """
import asyncio, os, resource, sys
from pathlib import Path
from tests.faults.rounds import going_round
from watcher.catalog.names import Surface
async def live():
    async with going_round(Path(sys.argv[1]), sys.argv[2]) as round_:
        await round_.poll(Surface.PROVIDERS)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 4096))
        taken = []
        try:
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        except OSError as error:
            print(error.errno, flush=True)
        await round_.poll(Surface.MODELS)
        for each in taken:
            os.close(each)
        await round_.poll(Surface.MODELS)
        print(len(round_.ledger.state.models), flush=True)
        print(round_.ledger.state.surfaces[Surface.MODELS].failures, round_.told, flush=True)
asyncio.run(live())
"""


@pytest.mark.fault("no file descriptors are left (EMFILE)")
def test_a_poll_without_file_descriptors_fails_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with Server(Simulation(models=12, clock=wall_clock)) as server:
        done = subprocess.run(
            [sys.executable, "-c", STARVED, str(tmp_path), server.base_url],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip

    lines = [line for line in done.stdout.splitlines() if not line.startswith("20")]
    assert lines == ["24", "12", "0 []"], done.stderr


def killed_after(commits: int, directory: Path) -> int:
    """Let a process commit as fast as it can, kill it, and return the last version it acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(directory)], cwd=ROOT, stdout=subprocess.PIPE
    ) as daemon:
        assert daemon.stdout is not None
        version = 0
        for _ in range(commits):
            version = int(daemon.stdout.readline())
        daemon.kill()
    return version


def of_version(version: int) -> State:
    """Return what the endless process had committed by then."""
    return state_with(*map(str, range((version - 1) % 50)))


@pytest.mark.fault("the -shm file was removed")
def test_a_shared_memory_file_that_was_removed_is_made_again(tmp_path: Path) -> None:
    acknowledged = killed_after(LOST_COMMITS, tmp_path)
    (tmp_path / f"{DATABASE}-shm").unlink()

    with Store.open(tmp_path, catalog=OPENROUTER, check=True) as store:
        state, version = store.loaded()

    assert version >= acknowledged
    assert state == of_version(version)


@pytest.mark.fault("the power fails")
def test_whatever_of_the_journal_had_not_reached_the_disk_takes_no_acknowledged_commit_with_it(
    tmp_path: Path,
) -> None:
    luck = random.Random(6)  # noqa: S311  # no secret
    state = tmp_path / "state"
    with Store.open(state, catalog=OPENROUTER) as store:
        before = State()
        for version in range(6):
            before = committed(store, before, version)
        synced = (state / f"{DATABASE}-wal").stat().st_size
        acknowledged, mark = store.version(), (state / SENTINEL).read_bytes()
        for version in range(6, 9):
            before = committed(store, before, version)
        with store._database.writing() as connection:  # noqa: SLF001  # what SQLite was told to promise
            promised = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
            journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        files = {name: (state / name).read_bytes() for name in (DATABASE, f"{DATABASE}-wal")}

    assert (promised, journal) == (2, "wal")
    for number in range(40):
        cut = tmp_path / str(number)
        cut.mkdir()
        for name, content in (files | {SENTINEL: mark}).items():
            (cut / name).write_bytes(content)
        (cut / f"{DATABASE}-wal").write_bytes(torn(files[f"{DATABASE}-wal"], synced, luck))
        with Store.open(cut, catalog=OPENROUTER, check=True) as store:
            found, version = store.loaded()
        assert version >= acknowledged
        assert found == of_version(version)


def committed(store: Store, before: State, version: int) -> State:
    after = of_version(version + 1)
    store.commit(before, Decision(state=after), (), now=NOON, expected_version=version)
    return after


def torn(journal: bytes, synced: int, luck: random.Random) -> bytes:
    """Return a journal of which only the first bytes are sure: the others may be old, lost or garbage."""
    tail = bytearray(journal[synced : luck.randint(synced, len(journal))])
    for start in range(0, len(tail), 512):
        match luck.randrange(4):
            case 0:
                tail[start : start + 512] = bytes(len(tail[start : start + 512]))
            case 1:
                tail[start : start + 512] = luck.randbytes(len(tail[start : start + 512]))
            case _:
                pass
    return journal[:synced] + bytes(tail)


@pytest.mark.fault("the -wal file was removed")
def test_a_state_without_its_journal_is_refused_and_never_a_new_beginning(tmp_path: Path) -> None:
    killed_after(LOST_COMMITS, tmp_path)
    (tmp_path / f"{DATABASE}-wal").unlink()

    with pytest.raises(Behind, match="transactions are gone"):
        Store.open(tmp_path, catalog=OPENROUTER, check=True)


@pytest.mark.fault("an old backup was restored")
def test_what_happened_since_a_backup_is_told_after_it_is_restored(tmp_path: Path) -> None:
    directory, saved = tmp_path / "state", tmp_path / "saved.db"
    with Store.open(directory, catalog=OPENROUTER) as store:
        ledger = Ledger(store, BOOK, {"us": ("#one",)})
        ledger.enter(seen("a/b", "a/c"), at(0))
        backup(directory, saved)
        ledger.enter(seen("a/b", "a/c", "a/b:free", minute=5), at(5))
    restore(saved, directory, force=True, now=at(20))

    with Store.open(directory, catalog=OPENROUTER) as store:
        ledger = Ledger(store, BOOK, {"us": ("#one",)})
        entry = ledger.enter(seen("a/b", "a/c", "a/b:free", "a/c:free", minute=30), at(30))

    assert sorted(alert.subject for alert in entry.decision.alerts) == ["a/b:free", "a/c:free"]


class Steps:
    """Counts what SQLite does, in thousands of its own steps: the same on every machine."""

    def __init__(self, store: Store) -> None:
        self.count = 0
        event.listen(store._database._engine, "checkout", self._watch)  # noqa: SLF001  # its connections

    def _watch(self, connection: Any, *_: object) -> None:
        connection.set_progress_handler(self._step, 100)

    def _step(self) -> int:
        self.count += 1
        return 0


@pytest.mark.fault("a history of 10 GB")
def test_what_a_poll_and_a_start_cost_does_not_grow_with_the_history(tmp_path: Path) -> None:
    short, long = steps_of_a_poll(tmp_path / "short", 10), steps_of_a_poll(tmp_path / "long", 50_000)

    assert long < short * 1.5 + 20


def steps_of_a_poll(directory: Path, rows: int) -> int:
    with Store.open(directory, catalog=OPENROUTER) as store:
        ledger = Ledger(store, BOOK, {"us": ("#one",)})
        ledger.enter(seen("a/b", "a/c"), at(0))
        row = {"catalog": 1, "at": NOON, "not_before": None, "kind": "model", "event": "model.changed"}
        row |= {
            "subject": "a/b",
            "uid": "a/b",
            "model": "a/b",
            "field": "pricing.prompt",
            "old": "1",
            "new": "2",
        }
        with store._database.writing() as connection:  # noqa: SLF001  # years in a moment
            connection.execute(insert(changes), [row] * rows)
        steps = Steps(store)
        again = Ledger(store, BOOK, {"us": ("#one",)})
        again.enter(seen("a/b", "a/c", "a/b:free", minute=5), at(5))
    return steps.count
