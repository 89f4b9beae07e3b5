"""The door to SQLite: connections with the pragmas we rely on, and short transactions."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from watcher.store import mark, passport
from watcher.store.errors import Corrupt, translated
from watcher.store.mark import Mark
from watcher.store.passport import Passport
from watcher.store.seals import Damage, equip

BUSY_SECONDS = 10
JOURNAL_LIMIT = 16 * 1024 * 1024
INCREMENTAL = 2
"""SQLite's mode in which a file gives room back when it is told to, some pages at a time."""

PRAGMAS = (
    f"PRAGMA auto_vacuum = {INCREMENTAL}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA journal_size_limit = {JOURNAL_LIMIT}",
)


class Database:
    """One database file; safe to share between threads. ``damage`` is what was found damaged in it."""

    def __init__(self, path: Path, engine: Engine, damage: Damage, *, is_marked: bool) -> None:
        """Wrap the engine of one file; ``is_marked``: how far it came is also kept beside it."""
        self.path = path
        self.damage = damage
        self._engine = engine
        self._reader = engine.execution_options(begin="BEGIN")
        self._is_marked = is_marked
        self._turn = Lock()
        self._looked_at: set[str] = set()
        self._is_closed = False

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give one write transaction: all of it is on the disk afterwards, or none of it after an error.

        Threads take turns here, so only another program can make us wait for the file's own lock.
        """
        with self._turn, translated(self.path), self._left_closed():
            with self._engine.begin() as connection:
                before = driver(connection).total_changes
                yield connection
                changed = driver(connection).total_changes != before
                counted = passport.count(driver(connection), self.path) if changed else None
            if counted is not None and self._is_marked:
                mark.leave(self.path.parent, Mark(counted.name, counted.writes))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give one consistent view, which waits for no writer and holds none up."""
        with translated(self.path), self._left_closed(), self._reader.begin() as connection:
            yield connection

    def look_at(self, connection: Connection, tables: Iterable[str]) -> None:
        """Raise Corrupt when the shape of a table or of its indexes is damaged; looked at once.

        Rows carry seals, but only this tells when some are missing, or are found twice.
        """
        for table in tables:
            if table not in self._looked_at:
                raise_unless_ok(driver(connection), self.path, (f"PRAGMA quick_check('{table}')",))
                self._looked_at.add(table)

    def shrink(self, pages: int) -> int:
        """Give at most so many free pages back to the disk; return how many are left."""
        with self._turn, translated(self.path), closing(connect(self.path, "mode=rw")) as connection:
            if pages:  # a script, because SQLite gives back one page for each step of the statement
                connection.executescript(f"PRAGMA incremental_vacuum({pages})")
            return int(connection.execute("PRAGMA freelist_count").fetchone()[0])

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


def writable(path: Path, *, is_marked: bool = False) -> Database:
    """Return an existing file as a database to read and write; ``is_marked``: it is the one in use."""
    return _database(path, "mode=rw", PRAGMAS, is_marked=is_marked)


def readable(path: Path) -> Database:
    """Return an existing file as a database that is only read."""
    mode = "immutable=1" if _lies_still(path) else "mode=ro"
    return _database(path, mode, (), is_marked=False)


def driver(connection: Connection) -> sqlite3.Connection:
    """Return the plain connection under one of SQLAlchemy's."""
    plain = connection.connection.driver_connection
    assert isinstance(plain, sqlite3.Connection)  # noqa: S101  # we made it
    return plain


def passport_of(database: Database) -> Passport:
    """Return the database's passport; raise Corrupt when it is damaged."""
    with database.reading() as connection:
        return passport.read(driver(connection), database.path)


def _lies_still(path: Path) -> bool:
    """Tell whether nobody writes and we may not either: WAL's ``-shm`` could not be made."""
    return not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists()


def quick_check(path: Path) -> None:
    """Read the whole file for damage (0.1 s per 100 MB); raise Corrupt with what SQLite found."""
    with translated(path):
        connection = connect(path, "mode=ro")
        try:
            raise_unless_ok(connection, path, ("PRAGMA quick_check(1)",))
        finally:
            connection.close()


def raise_unless_ok(connection: sqlite3.Connection, path: Path, checks: Sequence[str]) -> None:
    """Run SQLite's own checks; raise Corrupt with what the first one found that is not ``ok``."""
    for check in checks:
        found = connection.execute(check).fetchone()[0]
        if found != "ok":
            raise Corrupt(path, f"damaged ({found})")


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Return a plain connection whose transactions begin where we say."""
    uri = f"{path.absolute().as_uri()}?{mode}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _database(path: Path, mode: str, pragmas: tuple[str, ...], *, is_marked: bool) -> Database:
    damage = Damage()

    def connected() -> sqlite3.Connection:
        connection = connect(path, mode)
        equip(connection, damage)
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
    return Database(path, engine, damage, is_marked=is_marked)


def _begin(connection: Connection) -> None:
    options: Any = connection.get_execution_options()
    connection.exec_driver_sql(options.get("begin", "BEGIN IMMEDIATE"))
