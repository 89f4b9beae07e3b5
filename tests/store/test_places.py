"""A lost or damaged database is never taken for a first start."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.store.values import NOON, OPENROUTER, state_with
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.store.errors import Corrupt, Missing, Unwritable
from watcher.store.places import DATABASE, SENTINEL
from watcher.store.store import Store


@pytest.fixture
def used(directory: Path) -> Path:
    """Give a directory that a daemon has worked in."""
    with Store.open(directory, catalog=OPENROUTER) as store:
        store.commit(
            State(), Decision(state=state_with(*map(str, range(400)))), (), now=NOON, expected_version=0
        )
    return directory


@pytest.mark.fault("a state that everybody can read")
def test_the_first_start_makes_everything_for_its_owner_alone(directory: Path) -> None:
    with Store.open(directory, catalog=OPENROUTER):
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in directory.iterdir()}

    assert oct(directory.stat().st_mode & 0o777) == "0o700"
    assert modes.keys() >= {DATABASE, SENTINEL}
    assert set(modes.values()) == {"0o600"}


def test_a_directory_that_exists_keeps_its_mode(directory: Path) -> None:
    directory.mkdir(mode=0o750)

    Store.open(directory, catalog=OPENROUTER).close()

    assert oct(directory.stat().st_mode & 0o777) == "0o750"


def test_a_start_that_was_cut_short_before_the_database_stood_is_begun_anew(directory: Path) -> None:
    directory.mkdir()
    (directory / f"{DATABASE}.{os.getpid()}.new").write_bytes(b"half")

    with Store.open(directory, catalog=OPENROUTER) as store:
        assert store.version() == 0
    assert sorted(path.name for path in directory.iterdir()) == [SENTINEL, DATABASE]


def test_a_start_that_was_cut_short_before_the_trace_was_left_is_completed(used: Path) -> None:
    (used / SENTINEL).unlink()

    with Store.open(used, catalog=OPENROUTER) as store:
        assert store.version() == 1
    assert (used / SENTINEL).exists()


@pytest.mark.parametrize("trace", [SENTINEL, f"{DATABASE}-wal"])
def test_a_deleted_database_is_missed(used: Path, trace: str) -> None:
    shutil.copy(used / DATABASE, used / f"{DATABASE}-wal")
    for name in {DATABASE, SENTINEL, f"{DATABASE}-wal"} - {trace}:
        (used / name).unlink()

    with pytest.raises(Missing, match="watcher restore"):
        Store.open(used, catalog=OPENROUTER)
    assert not (used / DATABASE).exists()


@pytest.mark.fault("the file is empty", "the file is garbage")
@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "empty"), (b"<html>" * 1000, "no database"), (b"SQLite format 3\0" + b"x" * 5000, "")],
)
def test_a_file_that_is_no_database_is_refused_and_kept(used: Path, content: bytes, why: str) -> None:
    (used / DATABASE).write_bytes(content)

    for opening in (Store.open, Store.open_to_read):
        with pytest.raises(Corrupt, match=f"{why}.*watcher restore"):
            opening(used, catalog=OPENROUTER)
    assert (used / DATABASE).read_bytes() == content


@pytest.mark.fault("bits have flipped")
def test_damage_in_the_middle_is_found_at_the_daemons_start(used: Path) -> None:
    path = used / DATABASE
    content = bytearray(path.read_bytes())
    content[8192:20480] = b"\xff" * 12288
    path.write_bytes(content)

    with pytest.raises(Corrupt, match="damaged"):
        Store.open(used, catalog=OPENROUTER, check=True)


def test_a_database_of_another_program_is_refused(directory: Path) -> None:
    directory.mkdir()
    with sqlite3.connect(directory / DATABASE) as foreign:
        foreign.execute("CREATE TABLE bookmarks (url TEXT)")
    foreign.close()

    with pytest.raises(Corrupt, match="not watcher's"):
        Store.open(directory, catalog=OPENROUTER)


def test_a_directory_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Unwritable, match="owner, permissions"):
        Store.open(tmp_path / "file" / "state", catalog=OPENROUTER)


READ_ONLY = """
import os, sys
from pathlib import Path
from watcher.store.errors import StoreError
from watcher.store.store import Store
directory = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
with Store.open_to_read(directory, catalog="https://openrouter.ai") as store:
    print(len(store.load().providers))
try:
    with Store.open(directory, catalog="https://openrouter.ai") as store:
        store.prune(__import__("datetime").datetime.now(__import__("datetime").UTC))
except StoreError as error:
    print(type(error).__name__)
"""


@pytest.mark.fault("the directory is read-only", "the directory has another owner")
def test_a_directory_we_may_only_read_can_be_read_and_says_so_when_written(used: Path) -> None:
    with TemporaryDirectory() as folder:
        theirs = Path(shutil.copytree(used, folder, dirs_exist_ok=True))
        for path in theirs.iterdir():
            path.chmod(0o444)
        theirs.chmod(0o555)
        command = [sys.executable, "-c", READ_ONLY, str(theirs)]

        done = subprocess.run(command, capture_output=True, text=True, check=False)

        theirs.chmod(0o755)
    assert done.stdout.split() == ["400", "Unwritable"], done.stderr


DISK_FULL = """
import resource, sys
from dataclasses import replace
from pathlib import Path
from tests.store.values import NOON, OPENROUTER, state_with
from watcher.judgement.decision import Decision
from watcher.store.errors import StoreError
from watcher.store.store import Store
store = Store.open(Path(sys.argv[1]), catalog=OPENROUTER)
before = store.load()
store.version()
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
try:
    grown = state_with(*map(str, range(8000)))
    store.commit(before, Decision(state=grown), (), now=NOON, expected_version=1)
except StoreError as error:
    print(type(error).__name__)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(store.load() == before, store.version())
print(store.commit(before, Decision(state=grown), (), now=NOON, expected_version=1))
"""


@pytest.mark.fault("a file may not grow (RLIMIT_FSIZE)")
def test_a_full_disk_leaves_the_last_state_and_the_same_store_works_when_there_is_room(used: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DISK_FULL, str(used)], capture_output=True, text=True, check=False
    )

    assert done.stdout.split() == ["Full", "True", "1", "2"], done.stderr
