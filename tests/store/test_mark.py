"""A database that lost what was written last, or is not the one that was here, is refused."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.values import NOON, OPENROUTER, notification, state_with
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.store import mark
from watcher.store.backup import backup, restore
from watcher.store.errors import Behind
from watcher.store.places import DATABASE, SENTINEL
from watcher.store.store import Store


def commit(directory: Path, *slugs: str) -> None:
    with Store.open(directory, catalog=OPENROUTER) as store:
        before, version = store.loaded()
        after = Decision(state=state_with(*slugs))
        store.commit(before, after, [(notification(), "a")], now=NOON, expected_version=version)


CRASHING = """
import os, signal, sys
from pathlib import Path
from tests.store.values import NOON, OPENROUTER, notification, state_with
from watcher.judgement.decision import Decision
from watcher.store.store import Store
store = Store.open(Path(sys.argv[1]), catalog=OPENROUTER)
state, version = store.loaded()
for number in range(3):
    after = state_with(*map(str, range(number + 1)))
    version = store.commit(state, Decision(state=after), (), now=NOON, expected_version=version)
    state = after
os.kill(os.getpid(), signal.SIGKILL)
"""


def crashed(directory: Path) -> None:
    """Leave a directory as a daemon does that was killed: what it wrote last is in the journal."""
    subprocess.run([sys.executable, "-c", CRASHING, str(directory)], check=False)
    assert (directory / f"{DATABASE}-wal").stat().st_size > 0


def test_after_a_crash_nothing_is_missed(directory: Path) -> None:
    crashed(directory)

    with Store.open(directory, catalog=OPENROUTER, check=True) as store:
        assert store.loaded() == (state_with("0", "1", "2"), 3)


@pytest.mark.fault("the -wal file was removed")
def test_a_journal_that_was_deleted_after_a_crash_is_missed(directory: Path) -> None:
    crashed(directory)
    (directory / f"{DATABASE}-wal").unlink()

    for opening in (Store.open, Store.open_to_read):
        with pytest.raises(Behind, match=r"the last 3 transactions are gone.*watcher restore"):
            opening(directory, catalog=OPENROUTER)


def test_what_is_left_can_be_taken_all_the_same(directory: Path) -> None:
    crashed(directory)
    (directory / f"{DATABASE}-wal").unlink()

    restore(directory / DATABASE, directory, force=True, now=NOON)

    with Store.open(directory, catalog=OPENROUTER, check=True) as store:
        assert store.loaded() == (State(), 0)
    commit(directory, "fireworks")


@pytest.mark.fault("an old backup was restored")
def test_an_older_copy_put_in_its_place_by_hand_is_refused(directory: Path, tmp_path: Path) -> None:
    commit(directory, "fireworks")
    shutil.copy(directory / DATABASE, tmp_path / "copy.db")
    commit(directory, "azure")
    shutil.copy(tmp_path / "copy.db", directory / DATABASE)

    with pytest.raises(Behind, match="the last 1 transactions are gone"):
        Store.open(directory, catalog=OPENROUTER)


def test_the_database_of_another_directory_is_refused(directory: Path, tmp_path: Path) -> None:
    commit(directory, "fireworks")
    commit(tmp_path / "other", "azure")
    shutil.copy(tmp_path / "other" / DATABASE, directory / DATABASE)

    with pytest.raises(Behind, match="another database"):
        Store.open(directory, catalog=OPENROUTER)


def test_a_database_of_an_older_version_put_in_its_place_is_refused_and_left_alone(directory: Path) -> None:
    commit(directory, "fireworks")
    (directory / DATABASE).unlink()
    with closing(sqlite3.connect(directory / DATABASE)) as connection:
        connection.executescript((Path(__file__).parent / "released" / "0001.sql").read_text())

    with pytest.raises(Behind, match="of an older version"):
        Store.open(directory, catalog=OPENROUTER)


def test_a_backup_that_is_restored_is_no_older_copy(directory: Path, tmp_path: Path) -> None:
    commit(directory, "fireworks")
    backup(directory, tmp_path / "saved.db")
    commit(directory, "azure")

    restore(tmp_path / "saved.db", directory, force=True, now=NOON)

    with Store.open(directory, catalog=OPENROUTER, check=True) as store:
        assert store.load() == state_with("fireworks")


def test_the_very_file_of_a_backup_put_in_its_place_by_hand_is_refused(
    directory: Path, tmp_path: Path
) -> None:
    commit(directory, "fireworks")
    saved = tmp_path / "saved.db"
    backup(directory, saved)
    restore(saved, directory, force=True, now=NOON)
    shutil.copy(saved, directory / DATABASE)

    with pytest.raises(Behind, match="another database"):
        Store.open_to_read(directory, catalog=OPENROUTER)


@pytest.mark.parametrize("content", [b"", b"mark", b"mark 0123456789abcdef 99999999999999999999 00000000\n"])
def test_a_damaged_mark_says_nothing(directory: Path, content: bytes) -> None:
    commit(directory, "fireworks")
    sentinel = directory / SENTINEL
    sentinel.write_bytes(sentinel.read_bytes().partition(b"mark ")[0] + content)

    commit(directory, "azure")

    known = mark.read(directory)
    assert known is not None
    assert known.writes > 0


def test_a_question_that_finds_nothing_to_do_counts_as_no_transaction(directory: Path) -> None:
    commit(directory, "fireworks")
    before = mark.read(directory)

    with Store.open(directory, catalog=OPENROUTER) as store:
        assert store.outbox.claim("nobody", "nowhere", now=NOON, lease=timedelta(minutes=1)) is None

    assert mark.read(directory) == before


def test_a_commit_stands_also_where_its_mark_cannot_be_written(directory: Path) -> None:
    commit(directory, "fireworks")
    (directory / SENTINEL).unlink()
    with Store.open(directory, catalog=OPENROUTER) as store:
        (directory / SENTINEL).unlink()
        before = store.load()
        moved = replace(before, providers={})
        store.commit(before, Decision(state=moved), (), now=NOON, expected_version=1)

    with Store.open(directory, catalog=OPENROUTER) as store:
        assert store.version() == 2
