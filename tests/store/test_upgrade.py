"""A database of any version is recognised, and an older one brought up to date."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

import watcher.store.upgrade
from tests.store.values import FIREWORKS, MINUTE, NOON, OPENROUTER, alert, change, notification, state_with
from watcher.alerts.outbox import RowState
from watcher.catalog.names import EndpointKey, ModelId, Surface
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.decision import Decision, Gate, Refusal, Suppressed
from watcher.judgement.state import State
from watcher.store import mark
from watcher.store.database import connect, driver
from watcher.store.errors import Corrupt, NewerSchema, NewerState, NoRoom, OlderSchema
from watcher.store.mark import Mark
from watcher.store.places import DATABASE, mark_started
from watcher.store.schema import REVISION, REVISIONS, metadata
from watcher.store.seals import Damage, equip
from watcher.store.store import Store
from watcher.store.upgrade import migrate, raise_unless_roomy
from watcher.store.verify import verify

RELEASED = Path(__file__).parent / "released"
MIGRATIONS = Path(watcher.store.upgrade.__file__).parent / "migrations"


@contextmanager
def scratch() -> Iterator[Connection]:
    """Give a transaction in a database of its own, in memory."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        equip(driver(connection), Damage())
        yield connection
    engine.dispose()


def shape(make: Callable[[Connection], object]) -> dict[str, object]:
    """Return all that SQLite knows of the tables that something makes."""
    with scratch() as connection:
        make(connection)
        known = connection.exec_driver_sql("SELECT type, name FROM sqlite_master ORDER BY name").all()
        return {
            f"{kind} {name}": [
                tuple(connection.exec_driver_sql(f"PRAGMA {question}('{name}')").all())
                for question in ("table_info", "foreign_key_list", "index_info")
            ]
            for kind, name in known
            if name != "alembic_version" and "alembic_version" not in name
        }


def test_the_migrations_make_the_very_tables_that_a_new_database_has() -> None:
    assert shape(migrate) == shape(metadata.create_all)


def test_alembic_finds_no_difference_after_all_migrations() -> None:
    with scratch() as connection:
        migrate(connection)

        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_migration_is_the_version_the_code_expects() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == REVISION


def stamped(directory: Path, version: str, header: int) -> None:
    with closing(sqlite3.connect(directory / DATABASE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        connection.execute(f"PRAGMA user_version = {header}")


@pytest.mark.fault("the schema is of a newer version")
def test_a_newer_database_is_left_alone(directory: Path) -> None:
    Store.open(directory, catalog=OPENROUTER).close()
    stamped(directory, "9999", 9999)

    for opening in (Store.open, Store.open_to_read):
        with pytest.raises(NewerSchema, match="upgrade watcher"):
            opening(directory, catalog=OPENROUTER)


@pytest.mark.parametrize("version", ["0000", "0001", "0004", "x"])
def test_a_damaged_version_is_not_taken_for_another_one(directory: Path, version: str) -> None:
    Store.open(directory, catalog=OPENROUTER).close()
    stamped(directory, version, int(REVISION))

    for opening in (Store.open, Store.open_to_read):
        with pytest.raises(Corrupt, match="which version wrote it"):
            opening(directory, catalog=OPENROUTER)


@pytest.mark.parametrize(("column", "word"), [("part", "dreams"), ("key", "tomorrow"), ("body", "[1]")])
@pytest.mark.fault("the schema is of a newer version")
def test_a_sound_state_in_unknown_words_is_a_newer_watchers(directory: Path, column: str, word: str) -> None:
    with Store.open(directory, catalog=OPENROUTER) as store:
        store.commit(
            State(), Decision(state=state_with("azure")), (), now=NOON, expected_version=store.version()
        )
    written = {"part": "part", "key": "key", "body": "body", column: "?1"}
    seal = f"seal(catalog, {written['part']}, {written['key']}, {written['body']})"
    rewrite = f"UPDATE state SET {column} = ?1, seal = {seal} WHERE part = 'surfaces'"  # noqa: S608  # our words
    with closing(connect(directory / DATABASE, "mode=rw")) as connection:
        equip(connection, Damage())
        connection.execute(rewrite, (word,))
        connection.execute("UPDATE catalogs SET tally = (SELECT sum(seal) FROM state)")
        connection.execute("UPDATE catalogs SET seal = seal(id, base_url, version, tally)")

    for opening in (Store.open, Store.open_to_read):
        with (
            opening(directory, catalog=OPENROUTER) as store,
            pytest.raises(NewerState, match="upgrade watcher"),
        ):
            store.load()


def laid_down(directory: Path, version: str) -> None:
    """Put a database into the directory as that version left it (`released/` holds its dump)."""
    directory.mkdir()
    with closing(sqlite3.connect(directory / DATABASE)) as connection:
        connection.executescript((RELEASED / f"{version}.sql").read_text())


SECOND = replace(
    state_with("fireworks", "together"),
    telemetry={
        FIREWORKS: Telemetry(uptime_30m=12.0),
        EndpointKey(ModelId("a/b"), "azure", 1): Telemetry(100.0, None, 99.83333, 0, None, 31.5),
    },
)


@pytest.mark.parametrize("version", REVISIONS[:-1])
def test_a_database_of_each_released_version_is_upgraded_with_all_it_holds(
    directory: Path, version: str
) -> None:
    laid_down(directory, version)

    with Store.open(directory, catalog=OPENROUTER, check=True) as store:
        asked = store.queries
        assert store.loaded() == (SECOND, 2)
        assert list(asked.telemetry(NOON, NOON + timedelta(days=1))) == [
            (NOON, state_with("fireworks").telemetry),
            (NOON + 15 * MINUTE, SECOND.telemetry),
        ]
        assert list(asked.history()) == [change("anthropic/claude", NOON + MINUTE), change()]
        assert asked.told(NOON) == (alert(),)
        assert asked.suppressed() == (
            Suppressed(at=NOON, gate=Gate.SCHEMA, rule=None, subject="a/b", field="x", reason="68 rows"),
        )
        assert asked.refusals(NOON) == (Refusal(at=NOON, surface=Surface.MODELS, reason="HTML"),)
        rows = asked.outbox()
        assert [(row.target, row.state, len(row.attempts)) for row in rows] == [
            ("#one", RowState.DELIVERED, 1),
            ("#one", RowState.RETRY, 1),
            ("#two", RowState.QUEUED, 0),
        ]
        assert rows[2].notification == notification()
        assert [pause.reason for pause in asked.pauses()] == ["SMTP 535"]
        assert verify(store._database) == {}  # noqa: SLF001  # what a daemon does once a day
    with Store.open(directory, catalog="http://127.0.0.1:8080") as other:
        assert other.loaded() == (state_with("azure"), 1)


def test_an_upgraded_database_gives_room_back_and_goes_on(directory: Path) -> None:
    laid_down(directory, "0001")

    with Store.open(directory, catalog=OPENROUTER) as store:
        moved = replace(SECOND, providers={})
        version = store.commit(
            SECOND, Decision(state=moved), [(notification(), "#two")], now=NOON, expected_version=2
        )

    with closing(connect(directory / DATABASE, "mode=ro")) as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    with Store.open(directory, catalog=OPENROUTER, check=True) as store:
        assert store.loaded() == (moved, version)


def test_an_upgraded_database_is_the_one_that_was_here(directory: Path) -> None:
    laid_down(directory, "0002")
    with closing(connect(directory / DATABASE, "mode=ro")) as connection:
        name, writes = connection.execute("SELECT name, writes FROM passport").fetchone()
    mark_started(directory)
    mark.leave(directory, Mark(name, writes))

    for _ in range(2):
        Store.open(directory, catalog=OPENROUTER, check=True).close()

    assert mark.read(directory) == Mark(name, writes + 1)


def test_a_reader_does_not_upgrade_an_older_database(directory: Path) -> None:
    laid_down(directory, "0001")

    with pytest.raises(OlderSchema, match="watcher once"):
        Store.open_to_read(directory, catalog=OPENROUTER)


def test_an_upgrade_that_would_fill_the_disk_is_not_begun(directory: Path) -> None:
    laid_down(directory, "0001")
    path = directory / DATABASE

    with pytest.raises(NoRoom, match="nothing was changed"):
        raise_unless_roomy(path, free=2 * path.stat().st_size)

    raise_unless_roomy(path, free=3 * path.stat().st_size)


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
import watcher.store.database as database
from watcher.store.store import Store
steps = int(sys.argv[2])
connect = database.connect
def counted(path, mode):
    connection = connect(path, mode)
    def step(_):
        global steps
        steps -= 1
        if steps < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(step)
    return connection
database.connect = counted
import watcher.store.upgrade as upgrade
upgrade.connect = counted
Store.open(Path(sys.argv[1]), catalog="https://openrouter.ai").close()
"""


@pytest.mark.fault("killed during a migration")
def test_an_upgrade_that_is_killed_anywhere_is_done_by_the_next_start(tmp_path: Path) -> None:
    outcomes = set()
    for steps in range(10, 110, 20):
        directory = tmp_path / str(steps)
        laid_down(directory, "0001")
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(directory), str(steps)], check=False, capture_output=True
        )
        outcomes.add(done.returncode)

        with Store.open(directory, catalog=OPENROUTER, check=True) as store:
            assert (store.loaded(), len(list(store.queries.history()))) == ((SECOND, 2), 2)

    assert -signal.SIGKILL in outcomes


def test_a_start_without_an_upgrade_does_not_load_alembic(directory: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from watcher.store.store import Store\n"
        "for _ in range(2): Store.open(Path(sys.argv[1]), catalog='x').close()\n"
        "print('alembic' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(directory)], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
