"""A database of any version is recognised, and an older one brought up to date."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

import watcher.store.upgrade
from tests.store.values import NOON, OPENROUTER, state_with
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.store.errors import NewerSchema, OlderSchema
from watcher.store.places import DATABASE
from watcher.store.schema import REVISION, metadata
from watcher.store.store import Store
from watcher.store.upgrade import migrate

MIGRATIONS = Path(watcher.store.upgrade.__file__).parent / "migrations"


@contextmanager
def scratch() -> Iterator[Connection]:
    """Give a transaction in a database of its own, in memory."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
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


def stamped(directory: Path, version: str) -> None:
    with sqlite3.connect(directory / DATABASE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()


def test_a_newer_database_is_left_alone(directory: Path) -> None:
    Store.open(directory, catalog=OPENROUTER).close()
    stamped(directory, "9999")

    for opening in (Store.open, Store.open_to_read):
        with pytest.raises(NewerSchema, match="upgrade watcher"):
            opening(directory, catalog=OPENROUTER)


def bare(directory: Path) -> None:
    Store.open(directory, catalog=OPENROUTER).close()
    with sqlite3.connect(directory / DATABASE) as connection:
        for table in (
            "alembic_version",
            "attempts",
            *reversed([table.name for table in metadata.sorted_tables]),
        ):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.close()


def test_an_older_database_is_upgraded_when_it_is_opened_to_write(directory: Path) -> None:
    bare(directory)

    with Store.open(directory, catalog=OPENROUTER) as store:
        store.commit(State(), Decision(state=state_with("fireworks")), (), now=NOON, expected_version=0)

    with Store.open_to_read(directory, catalog=OPENROUTER) as store:
        assert store.load() == state_with("fireworks")


def test_a_reader_does_not_upgrade_an_older_database(directory: Path) -> None:
    bare(directory)

    with pytest.raises(OlderSchema, match="watcher once"):
        Store.open_to_read(directory, catalog=OPENROUTER)


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
