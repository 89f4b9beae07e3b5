"""The door to SQLite: connections with the pragmas we rely on, and short transactions."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from watcher.store.errors import Corrupt, translated

BUSY_SECONDS = 10
JOURNAL_LIMIT = 16 * 1024 * 1024
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA journal_size_limit = {JOURNAL_LIMIT}",
)


class Database:
    """One database file; safe to share between threads."""

    def __init__(self, path: Path, engine: Engine) -> None:
        """Wrap the engine of one file."""
        self.path = path
        self._engine = engine
        self._reader = engine.execution_options(begin="BEGIN")
        self._turn = Lock()
        self._is_closed = False

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give one write transaction: all of it is on the disk afterwards, or none of it after an error.

        Threads take turns here, so only another program can make us wait for the file's own lock.
        """
        with self._turn, translated(self.path), self._left_closed(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give one consistent view, which waits for no writer and holds none up."""
        with translated(self.path), self._left_closed(), self._reader.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections: those in use as soon as their transaction ends."""
        self._is_closed = True
        self._engine.dispose()

    @contextmanager
    def _left_closed(self) -> Iterator[None]:
        # A thread that still sends when the daemon ends writes what became of it after ``close``.
        pool = self._engine.pool
        try:
            yield
        finally:
            if self._is_closed:
                pool.dispose()


@contextmanager
def closed_on_error(database: Database) -> Iterator[None]:
    """Close a database whose opening fails half-way."""
    try:
        yield
    except BaseException:
        database.close()
        raise


def writable(path: Path) -> Database:
    """Return an existing file as a database to read and write."""
    return Database(path, _engine(path, "mode=rw", PRAGMAS))


def readable(path: Path) -> Database:
    """Return an existing file as a database that is only read."""
    return Database(path, _engine(path, "immutable=1" if _lies_still(path) else "mode=ro", ()))


def _lies_still(path: Path) -> bool:
    """Tell whether nobody writes and we may not either: WAL's ``-shm`` could not be made."""
    return not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists()


def quick_check(path: Path) -> None:
    """Read the whole file for damage (0.1 s per 100 MB); raise Corrupt with what SQLite found."""
    with translated(path):
        connection = connect(path, "mode=ro")
        try:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        finally:
            connection.close()
    if found != "ok":
        raise Corrupt(path, f"damaged ({found})")


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Return a plain connection whose transactions begin where we say."""
    uri = f"{path.absolute().as_uri()}?{mode}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _engine(path: Path, mode: str, pragmas: tuple[str, ...]) -> Engine:
    def connected() -> sqlite3.Connection:
        connection = connect(path, mode)
        try:
            for pragma in pragmas:
                connection.execute(pragma)
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(
        "sqlite://",
        creator=connected,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=-1,
        pool_reset_on_return=None,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    options: Any = connection.get_execution_options()
    connection.exec_driver_sql(options.get("begin", "BEGIN IMMEDIATE"))
