"""Connections are closed when the last one is no longer needed: SQLite then removes its journal."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from tests.store.values import OPENROUTER
from watcher.store.database import writable
from watcher.store.places import DATABASE
from watcher.store.store import Store


def test_a_transaction_that_outlives_the_close_leaves_nothing_open(directory: Path) -> None:
    Store.open(directory, catalog=OPENROUTER).close()
    database = writable(directory / DATABASE)
    journal = directory / f"{DATABASE}-wal"

    with database.writing() as connection:
        connection.execute(text("CREATE TABLE late (x)"))
        database.close()
        was_open = journal.exists()

    assert was_open
    assert not journal.exists()


def test_a_transaction_after_the_close_leaves_nothing_open(directory: Path) -> None:
    Store.open(directory, catalog=OPENROUTER).close()
    database = writable(directory / DATABASE)
    database.close()

    with database.writing() as connection:
        connection.execute(text("CREATE TABLE later (x)"))

    assert not (directory / f"{DATABASE}-wal").exists()
