"""The baseline: the present state of each catalog, read whole or not at all, and moved on by each commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from watcher.judgement.state import State
from watcher.store import parts, readings
from watcher.store.database import Database, driver
from watcher.store.errors import Conflict, Corrupt, NewerState
from watcher.store.schema import rosters, state, telemetry
from watcher.store.seals import is_sound, seal


class Loaded(NamedTuple):
    """A state, and the version that a commit upon it must expect."""

    state: State
    version: int


class Catalog(NamedTuple):
    """One row of ``catalogs``."""

    id: int
    base_url: str
    version: int
    tally: int


_CATALOGS = "SELECT id, CAST(base_url AS BLOB), version, tally, seal FROM catalogs"
_PUT_CATALOG = "INSERT OR REPLACE INTO catalogs (id, base_url, version, tally, seal) VALUES (?, ?, ?, ?, ?)"
_MOVE_CATALOG = "UPDATE catalogs SET version = ?, tally = ?, seal = ? WHERE id = ?"

_ROWS = "SELECT CAST(part AS BLOB), CAST(key AS BLOB), CAST(body AS BLOB), seal FROM state WHERE catalog = ?"
"""Texts as bytes, for damaged text may be no UTF-8; thousands of rows, so held against their seals here."""

_KEYS = len(state.primary_key.columns)
_NEWEST = (
    select(telemetry.c.id)
    .where(telemetry.c.catalog == bindparam("catalog"))
    .order_by(telemetry.c.id.desc())
    .limit(1)
)
_NEWEST_READINGS = (
    select(rosters.c.members, telemetry.c.readings)
    .join_from(telemetry, rosters, rosters.c.id == telemetry.c.roster)
    .where(telemetry.c.id == _NEWEST.scalar_subquery(), is_sound(telemetry), is_sound(rosters))
)

_THIS = "WHERE catalog = ? AND part = ? AND key = ?"
_FIND = (
    "SELECT seal, seal(catalog, CAST(part AS BLOB), CAST(key AS BLOB), CAST(body AS BLOB)) FROM state "  # noqa: S608  # our own names
    + _THIS
)
_ADD = "INSERT INTO state (catalog, part, key, body, seal) VALUES (?, ?, ?, ?, ?)"
_CHANGE = "UPDATE state SET body = ?, seal = ? " + _THIS  # noqa: S608  # our own names
_REMOVE = "DELETE FROM state " + _THIS  # noqa: S608  # our own names


def find(connection: Connection, path: Path, base_url: str) -> Catalog | None:
    """Return the catalog of a ``base_url``, None before its first commit.

    Raises Corrupt when any catalog is damaged: it could be this one.
    """
    found = None
    for *values, sealed in driver(connection).execute(_CATALOGS):
        if seal(*values) != sealed:
            raise Corrupt(path, f"the row of catalog {values[0]} is damaged")
        number, url, version, tally = values
        if url == base_url.encode():
            found = Catalog(number, base_url, version, tally)
    return found


def ensure(connection: Connection, path: Path, base_url: str) -> Catalog:
    """Return the catalog of a ``base_url``, made when there is none yet."""
    found = find(connection, path, base_url)
    if found is not None:
        return found
    plain = driver(connection)
    made = Catalog(
        plain.execute("SELECT coalesce(max(id), 0) + 1 FROM catalogs").fetchone()[0], base_url, 0, 0
    )
    plain.execute(_PUT_CATALOG, (*made, seal(*made)))
    return made


def load(connection: Connection, database: Database, base_url: str) -> Loaded:
    """Return the state after the last commit; raise Corrupt when a row of it is damaged, old or missing."""
    found = find(connection, database.path, base_url)
    if found is None:
        return Loaded(State(), 0)
    known = assembled(_rows(connection, database, found), database.path)
    newest = connection.execute(_NEWEST_READINGS, {"catalog": found.id}).one_or_none()
    telemetry = {} if newest is None else readings.unpack_telemetry(*newest)
    return Loaded(State(**known, telemetry=telemetry), found.version)


def assembled(rows: Iterable[tuple[bytes, bytes, bytes]], path: Path) -> dict[str, Any]:
    """Return the fields of the state that sound rows describe; raise NewerState for what is unknown here."""
    try:
        return parts.assemble(rows)
    except parts.UnknownWordError as error:
        raise NewerState(path, str(error)) from error


def _rows(connection: Connection, database: Database, found: Catalog) -> Sequence[tuple[bytes, bytes, bytes]]:
    look, total, rows = database.damage.look, 0, []
    for part, key, body, sealed in driver(connection).execute(_ROWS, (found.id,)):
        if look(state.name, _KEYS, sealed, found.id, part, key, body):
            total += sealed
            rows.append((part, key, body))
    raise_if_damaged(database)
    if total != found.tally:
        raise Corrupt(database.path, "rows of the state are missing, or older than the others")
    return rows


def raise_if_damaged(database: Database) -> None:
    """Raise Corrupt when a row of the state was found damaged."""
    if rows := database.damage.rows(state.name):
        _, part, key = [*rows[0].split(" ", 2), "", ""][:3]
        more = f" and {len(rows) - 1} more" if rows[1:] else ""
        raise Corrupt(database.path, f"the state is damaged ({part} '{key}'{more})")


def advance(connection: Connection, path: Path, base_url: str, delta: parts.Delta, expected: int) -> int:
    """Write what differs as one more version of a catalog, and return the catalog's number.

    Raises Conflict when ``expected`` no longer is the version, or some row to change is not there: ``before``
    was another state.
    """
    found = ensure(connection, path, base_url)
    if found.version != expected:
        raise Conflict(expected)
    plain = driver(connection)
    old = _seals_of(plain, path, found.id, [row[:2] for row in delta.changed] + delta.removed, expected)
    added = [_sealed(found.id, row) for row in delta.added]
    changed = [_sealed(found.id, row) for row in delta.changed]
    plain.executemany(_REMOVE, [(found.id, *row) for row in delta.removed])
    plain.executemany(_CHANGE, [(body, sealed, *key) for *key, body, sealed in changed])
    plain.executemany(_ADD, added)
    moved = found._replace(
        version=expected + 1, tally=found.tally - old + sum(row[-1] for row in (*added, *changed))
    )
    plain.execute(_MOVE_CATALOG, (moved.version, moved.tally, seal(*moved), moved.id))
    return found.id


def _sealed(catalog: int, row: parts.Row) -> tuple[int, str, str, str, int]:
    return (catalog, *row, seal(catalog, *row))


def _seals_of(
    plain: sqlite3.Connection, path: Path, catalog: int, keys: Iterable[tuple[str, str]], expected: int
) -> int:
    """Return the sum of the seals of rows that are about to change."""
    total = 0
    for part, key in keys:
        found = plain.execute(_FIND, (catalog, part, key)).fetchone()
        if found is None:
            raise Conflict(expected)
        if found[0] != found[1]:
            raise Corrupt(path, f"the state is damaged ({part} '{key}')")
        total += found[0]
    return total
