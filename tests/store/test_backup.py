"""A backup is whole, and what is restored is checked first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.values import NOON, OPENROUTER, notification, state_with
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.store.backup import backup, restore
from watcher.store.errors import AlreadyRunning, Corrupt, Occupied, Taken, Unstarted, Unwritable
from watcher.store.lock import lock
from watcher.store.places import DATABASE
from watcher.store.store import Store


@pytest.fixture
def saved(store: Store, directory: Path, tmp_path: Path) -> Path:
    """Give a backup, made while the store is open, of one provider and one message."""
    decision = Decision(state=state_with("fireworks"))
    store.commit(State(), decision, [(notification(), "slack")], now=NOON, expected_version=0)
    backup(directory, tmp_path / "saved.db")
    return tmp_path / "saved.db"


def test_a_backup_is_one_file_for_its_owner_alone(saved: Path) -> None:
    assert oct(saved.stat().st_mode & 0o777) == "0o600"
    assert [path.name for path in saved.parent.iterdir() if path.is_file()] == ["saved.db"]


def test_a_restored_backup_holds_what_was_and_marks_unsent_messages_as_possible_repeats(
    saved: Path, tmp_path: Path
) -> None:
    restore(saved, tmp_path / "new", force=False)

    with Store.open(tmp_path / "new", catalog=OPENROUTER, check=True) as store:
        assert store.loaded() == (state_with("fireworks"), 1)
        assert [row.possible_repeat for row in store.queries.outbox()] == [True]


def test_a_lost_database_is_brought_back(saved: Path, store: Store, directory: Path) -> None:
    store.close()
    (directory / DATABASE).unlink()

    restore(saved, directory, force=False)

    with Store.open(directory, catalog=OPENROUTER) as again:
        assert again.version() == 1


def test_a_database_in_its_place_is_only_replaced_by_force(
    saved: Path, store: Store, directory: Path
) -> None:
    store.commit(store.load(), Decision(state=State()), (), now=NOON, expected_version=1)
    store.close()
    with pytest.raises(Occupied, match="--force"):
        restore(saved, directory, force=False)

    restore(saved, directory, force=True)

    with Store.open(directory, catalog=OPENROUTER) as again:
        assert again.loaded() == (state_with("fireworks"), 1)


def test_nothing_is_restored_beside_a_running_daemon(saved: Path, directory: Path) -> None:
    with lock(directory), pytest.raises(AlreadyRunning):
        restore(saved, directory, force=True)


def test_a_bad_backup_changes_nothing(saved: Path, store: Store, directory: Path) -> None:
    store.close()
    saved.write_bytes(saved.read_bytes()[:9000])

    with pytest.raises(Corrupt):
        restore(saved, directory, force=True)
    with Store.open(directory, catalog=OPENROUTER, check=True) as again:
        assert again.version() == 1


def test_a_backup_that_is_not_there_is_named(directory: Path, tmp_path: Path) -> None:
    with pytest.raises(Unwritable, match=r"nowhere\.db"):
        restore(tmp_path / "nowhere.db", directory, force=False)


def test_a_backup_never_overwrites_a_file(saved: Path, directory: Path) -> None:
    with pytest.raises(Taken):
        backup(directory, saved)


def test_where_nothing_is_there_is_nothing_to_save(tmp_path: Path) -> None:
    with pytest.raises(Unstarted):
        backup(tmp_path, tmp_path / "saved.db")
