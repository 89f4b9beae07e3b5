"""A backup is whole, and what is restored is checked first."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.store.values import MINUTE, NOON, OPENROUTER, alert, notification, state_with
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.store.backup import backup, restore
from watcher.store.errors import AlreadyRunning, Corrupt, NoBackup, Occupied, Taken, Unstarted, Unwritable
from watcher.store.lock import lock
from watcher.store.places import DATABASE
from watcher.store.store import Store

LATER = NOON + timedelta(days=1)


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


@pytest.mark.fault("an old backup was restored")
def test_a_restored_backup_holds_what_was_and_marks_unsent_messages_as_possible_repeats(
    saved: Path, tmp_path: Path
) -> None:
    restore(saved, tmp_path / "new", force=False, now=LATER)

    with Store.open(tmp_path / "new", catalog=OPENROUTER, check=True) as store:
        assert store.loaded() == (state_with("fireworks"), 1)
        assert [row.possible_repeat for row in store.queries.outbox()] == [True]


def test_a_lost_database_is_brought_back(saved: Path, store: Store, directory: Path) -> None:
    store.close()
    (directory / DATABASE).unlink()

    restore(saved, directory, force=False, now=LATER)

    with Store.open(directory, catalog=OPENROUTER) as again:
        assert again.version() == 1


def test_a_database_in_its_place_is_only_replaced_by_force(
    saved: Path, store: Store, directory: Path
) -> None:
    store.commit(store.load(), Decision(state=State()), (), now=NOON, expected_version=1)
    store.close()
    with pytest.raises(Occupied, match="--force"):
        restore(saved, directory, force=False, now=LATER)

    restore(saved, directory, force=True, now=LATER)

    with Store.open(directory, catalog=OPENROUTER) as again:
        assert again.loaded() == (state_with("fireworks"), 1)


def test_nothing_is_restored_beside_a_running_daemon(saved: Path, directory: Path) -> None:
    with lock(directory), pytest.raises(AlreadyRunning):
        restore(saved, directory, force=True, now=LATER)


def test_a_bad_backup_changes_nothing(saved: Path, store: Store, directory: Path) -> None:
    store.close()
    saved.write_bytes(saved.read_bytes()[:9000])

    with pytest.raises(NoBackup) as caught:
        restore(saved, directory, force=True, now=LATER)

    said = str(caught.value)
    assert (said.startswith(f"{saved}: damaged"), "nothing was changed" in said, "away" in said) == (
        True, True, False,
    )  # fmt: skip
    with Store.open(directory, catalog=OPENROUTER, check=True) as again:
        assert again.version() == 1


def test_a_backup_that_is_not_there_is_named(directory: Path, tmp_path: Path) -> None:
    with pytest.raises(Unwritable, match=r"nowhere\.db"):
        restore(tmp_path / "nowhere.db", directory, force=False, now=LATER)


def test_a_backup_never_overwrites_a_file(saved: Path, directory: Path) -> None:
    with pytest.raises(Taken):
        backup(directory, saved)


def test_where_nothing_is_there_is_nothing_to_save(tmp_path: Path) -> None:
    with pytest.raises(Unstarted):
        backup(tmp_path, tmp_path / "saved.db")


def test_the_state_that_was_replaced_is_kept_aside_with_its_journal(
    saved: Path, store: Store, directory: Path, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    store.commit(store.load(), Decision(state=State()), (), now=NOON, expected_version=1)
    shutil.copytree(directory, copies)  # with its journal, as after a crash

    aside = restore(saved, copies, force=True, now=LATER)

    assert aside == copies / f"{DATABASE}.20260707T120000.old"
    with closing(sqlite3.connect(aside)) as old:
        assert old.execute("SELECT version FROM catalogs").fetchone() == (2,)


def test_a_backup_of_a_database_with_damaged_history_says_so(
    saved: Path, directory: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(directory / DATABASE)) as connection, connection:
        connection.execute("UPDATE telemetry SET readings = X'00'")

    assert backup(directory, tmp_path / "again.db") == {"telemetry": 1}
    assert saved.exists()


@pytest.mark.usefixtures("saved")
def test_a_damaged_state_is_no_backup(directory: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(directory / DATABASE)) as connection, connection:
        connection.execute("UPDATE state SET body = '{}' WHERE key = 'fireworks'")

    with pytest.raises(Corrupt, match="fireworks"):
        backup(directory, tmp_path / "again.db")

    assert not (tmp_path / "again.db").exists()


def test_a_backup_with_a_damaged_row_of_the_state_is_not_restored(
    saved: Path, store: Store, directory: Path
) -> None:
    store.close()
    with closing(sqlite3.connect(saved)) as connection, connection:
        connection.execute("UPDATE state SET body = '{}' WHERE key = 'fireworks'")

    with pytest.raises(NoBackup, match="fireworks"):
        restore(saved, directory, force=True, now=LATER)

    with Store.open(directory, catalog=OPENROUTER, check=True) as again:
        assert again.version() == 1


def test_a_backup_that_an_older_version_wrote_is_brought_up_to_date(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript((Path(__file__).parent / "released" / "0001.sql").read_text())

    restore(old, tmp_path / "state", force=False, now=LATER)

    with Store.open(tmp_path / "state", catalog=OPENROUTER, check=True) as store:
        assert store.version() == 2
        assert [row.possible_repeat for row in store.queries.outbox()] == [False, True, True]


@pytest.mark.fault("an old backup was restored")
def test_what_changed_since_a_restored_backup_is_told_anew_as_a_possible_repeat(
    saved: Path, tmp_path: Path
) -> None:
    restore(saved, tmp_path / "new", force=False, now=LATER)
    since, afresh = alert(at=LATER), replace(alert(at=LATER), not_before=LATER + MINUTE)

    with Store.open(tmp_path / "new", catalog=OPENROUTER) as store:
        for told in (since, afresh):
            message = replace(notification(), alerts=(told,))
            version = store.version()
            store.commit(
                store.load(),
                Decision(state=store.load()),
                [(message, "a")],
                now=LATER,
                expected_version=version,
            )

        assert [row.possible_repeat for row in store.queries.outbox()] == [True, True, False]


def test_a_backup_is_of_one_moment_while_a_daemon_writes(
    store: Store, directory: Path, tmp_path: Path
) -> None:
    pairs = [state_with("fireworks", "together"), state_with("azure", "groq")]
    is_over = Event()

    def write() -> None:
        before, version = State(), 0
        while not is_over.is_set():
            after = pairs[version % 2]
            version = store.commit(before, Decision(state=after), (), now=NOON, expected_version=version)
            before = after

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            backup(directory, tmp_path / f"{number}.db")
    finally:
        is_over.set()
        writer.join()

    for number in range(5):
        restore(tmp_path / f"{number}.db", tmp_path / str(number), force=False, now=LATER)
        with Store.open_to_read(tmp_path / str(number), catalog=OPENROUTER) as copy:
            assert copy.load() in (*pairs, State())
