"""The passport: one row that tells a database from any other, and from older copies of itself.

``name`` is the database's own, drawn when it was made or restored; ``writes`` counts the transactions that
changed it. Both are also kept beside it (mark.py), so that a journal that was deleted, or an old copy put in
its place by hand, is noticed. ``shape`` is the checksum of its tables' definitions.
"""

from __future__ import annotations

import secrets
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from watcher.store.errors import Corrupt
from watcher.store.schema import moment_text
from watcher.store.seals import seal

_COLUMNS = "id, name, writes, shape, restored_at"
_READ = f"SELECT {_COLUMNS}, seal FROM passport"  # noqa: S608  # our own names
_ISSUE = f"INSERT OR REPLACE INTO passport ({_COLUMNS}, seal) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608  # as above
_IS_THERE = "SELECT 1 FROM sqlite_master WHERE name = 'passport'"
_SHAPE = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
)

NOTHING_NEW = "UPDATE passport SET writes = writes"
"""A change that is none, so that the transaction is written and counted."""


class Passport(NamedTuple):
    """What a database says of itself; ``restored_at`` is when it was last brought back (UTC)."""

    name: str
    writes: int
    shape: int
    restored_at: datetime | None


def issue(connection: sqlite3.Connection, *, restored_at: datetime | None = None) -> None:
    """Write a new passport: the database is no copy of another from now on."""
    known = connection.execute("SELECT max(writes) FROM passport").fetchone()[0] or 0
    _put(connection, Passport(secrets.token_hex(8), known, shape_of(connection), restored_at))


def renew(connection: sqlite3.Connection, path: Path) -> None:
    """Write the passport of tables that were made others; it is the same database still."""
    _put(connection, read(connection, path)._replace(shape=shape_of(connection)))


def read(connection: sqlite3.Connection, path: Path) -> Passport:
    """Return the passport; raise Corrupt when it is damaged, missing, or of other tables."""
    try:
        rows = connection.execute(_READ).fetchall()
    except sqlite3.OperationalError:  # no such table
        rows = []
    if len(rows) != 1 or seal(*rows[0][:-1]) != rows[0][-1]:
        raise Corrupt(path, "its passport is damaged")
    _, name, writes, shape, restored_at, _ = rows[0]
    restored = None if restored_at is None else datetime.fromisoformat(restored_at)
    return Passport(name, writes, shape, restored)


def raise_unless_in_shape(connection: sqlite3.Connection, path: Path) -> None:
    """Raise Corrupt when the tables are not defined as they were when they were made."""
    if read(connection, path).shape != shape_of(connection):
        raise Corrupt(path, "the definitions of its tables are damaged")


def count(connection: sqlite3.Connection, path: Path) -> Passport | None:
    """Count one more transaction inside it, and return the passport; None where there is none yet."""
    if not is_there(connection):
        return None
    found = read(connection, path)
    counted = found._replace(writes=found.writes + 1)
    _put(connection, counted)
    return counted


def is_there(connection: sqlite3.Connection) -> bool:
    """Tell whether the database is of a version that has passports."""
    return connection.execute(_IS_THERE).fetchone() is not None


def shape_of(connection: sqlite3.Connection) -> int:
    """Return the checksum of all definitions."""
    return seal(*(value for row in connection.execute(_SHAPE) for value in row))


def _put(connection: sqlite3.Connection, passport: Passport) -> None:
    restored = None if passport.restored_at is None else moment_text(passport.restored_at)
    values = (1, passport.name, passport.writes, passport.shape, restored)
    connection.execute(_ISSUE, (*values, seal(*values)))
