"""The store: one directory that survives crashes, and one transaction per decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from watcher.alerts.notification import Notification
from watcher.catalog.names import EndpointKey
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.decision import Change, Decision
from watcher.judgement.state import State
from watcher.store import chronicle, parts, readings
from watcher.store.chronicle import KEEP, Retention
from watcher.store.database import Database, closed_on_error, quick_check, readable, writable
from watcher.store.errors import Conflict, Unstarted
from watcher.store.outbox import Outbox
from watcher.store.places import database_of, is_started, mark_started, prepare
from watcher.store.queries import Queries
from watcher.store.rows import enqueue, rows_of
from watcher.store.schema import catalogs, changes, state, telemetry
from watcher.store.upgrade import bring_up_to_date, create, raise_unless_current

MOST_TOUCHES = 2**31


class Loaded(NamedTuple):
    """A state, and the version that a commit upon it must expect."""

    state: State
    version: int


class Store:
    """All that one catalog's watcher remembers; safe to share between threads.

    Another ``base_url`` is another catalog in the same file, with a state of its own; the outbox is common.
    """

    def __init__(self, database: Database, catalog: str) -> None:
        """Use ``open`` or ``open_to_read`` instead."""
        self._database = database
        self._base_url = catalog
        self.outbox = Outbox(database)
        self.queries = Queries(database, catalog)

    @classmethod
    def open(cls, directory: Path, *, catalog: str, check: bool = False) -> Self:
        """Open the directory to read and write; the first start creates it, for its owner alone.

        Takes no lock (``lock.lock`` does). ``check`` reads the whole file for damage first, as the daemon
        does at its start. Raises the errors of ``errors.py``; a lost or damaged database is no new start.
        """
        prepare(directory)
        if not is_started(directory):
            create(directory)
        elif check:
            quick_check(database_of(directory))
        database = writable(database_of(directory))
        with closed_on_error(database):
            bring_up_to_date(database)
            mark_started(directory)
        return cls(database, catalog)

    @classmethod
    def open_to_read(cls, directory: Path, *, catalog: str) -> Self:
        """Open what is there only to read, also while a daemon writes; raise Unstarted where nothing is."""
        if not is_started(directory):
            raise Unstarted(directory)
        database = readable(database_of(directory))
        with closed_on_error(database):
            raise_unless_current(database)
        return cls(database, catalog)

    def __enter__(self) -> Self:
        """Return the open store."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Close all connections; everything committed is on the disk already."""
        self._database.close()

    def load(self) -> State:
        """Return the state after the last commit; an empty one before the first."""
        return self.loaded().state

    def loaded(self) -> Loaded:
        """Return the state and its version as of one moment (one transaction)."""
        with self._database.reading() as connection:
            found = _catalog(connection, self._base_url)
            if found is None:
                return Loaded(State(), 0)
            rows = connection.execute(_STATE_ROWS, {"catalog": found.id}).all()
            blob = connection.execute(_NEWEST_READINGS, {"catalog": found.id}).scalar()
        known = parts.assemble(rows)
        return Loaded(State(**known, telemetry=readings.unpack(blob) if blob else {}), found.version)

    def version(self) -> int:
        """Return how many commits this catalog has seen; a cached state holds while this stands still."""
        with self._database.reading() as connection:
            found = _catalog(connection, self._base_url)
        return 0 if found is None else found.version

    def commit(
        self,
        before: State,
        decision: Decision,
        outbox: Sequence[tuple[Notification, str]],
        *,
        now: datetime,
        expected_version: int,
    ) -> int:
        """Write a decision that was made upon ``before``, and return the new version; all in one transaction.

        ``outbox`` pairs each notification with the label of a target of its receiver. Only what differs from
        ``before`` is written, where the same object is the same value; a decision without any effect leaves
        the version alone. Raises Conflict when ``expected_version`` no longer holds.
        """
        delta = parts.difference(before, decision.state)
        sweep = _sweep(before, decision.state)
        listed = decision.changes or decision.alerts or decision.suppressed or decision.refused
        if not (any(delta) or sweep is not None or listed or outbox):
            return expected_version
        rows = rows_of(outbox, now)
        with self._database.writing() as connection:
            catalog = _advanced(connection, self._base_url, expected_version)
            if not _write(connection, catalog, delta):
                raise Conflict(expected_version)
            if sweep is not None:
                row = {"catalog": catalog, "at": now, "readings": readings.pack(sweep)}
                connection.execute(insert(telemetry), row)
            chronicle.append(connection, catalog, decision)
            enqueue(connection, rows)
        return expected_version + 1

    def fill(self, found: Iterable[Change]) -> int:
        """Add imported changes that the history does not have yet; return how many were new."""
        with self._database.writing() as connection:
            catalog = _ensured(connection, self._base_url)
            known = select(changes.c.at, changes.c.event, changes.c.subject, changes.c.field)
            seen = set(connection.execute(known.where(changes.c.catalog == catalog)))
            fresh = [
                change
                for change in found
                if (change.at, change.event, change.subject, change.field) not in seen
            ]
            chronicle.append_changes(connection, catalog, fresh)
        return len(fresh)

    def touch(self) -> None:
        """Write something tiny that means nothing; raise StoreError where nothing can be written.

        It counts up ``user_version``, a number in the file's head that SQLite leaves to the application.
        """
        with self._database.writing() as connection:
            number = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            connection.exec_driver_sql(f"PRAGMA user_version = {(number + 1) % MOST_TOUCHES}")

    def prune(self, now: datetime, keep: Retention = KEEP) -> int:
        """Delete history that is older than it is kept; return how many rows went."""
        with self._database.writing() as connection:
            return chronicle.prune(connection, keep, now)


_STATE_ROWS = select(state.c.part, state.c.key, state.c.body).where(state.c.catalog == bindparam("catalog"))
_NEWEST_READINGS = (
    select(telemetry.c.readings)
    .where(telemetry.c.catalog == bindparam("catalog"))
    .order_by(telemetry.c.id.desc())
    .limit(1)
)
_THIS_ROW = (
    state.c.catalog == bindparam("of"),
    state.c.part == bindparam("in_part"),
    state.c.key == bindparam("named"),
)


def _sweep(before: State, after: State) -> Mapping[EndpointKey, Telemetry] | None:
    if after.telemetry is before.telemetry or not (after.telemetry or before.telemetry):
        return None
    return after.telemetry


def _catalog(connection: Connection, base_url: str) -> Any:
    return connection.execute(select(catalogs).where(catalogs.c.base_url == base_url)).one_or_none()


def _ensured(connection: Connection, base_url: str) -> int:
    found = _catalog(connection, base_url)
    if found is not None:
        return int(found.id)
    made = connection.execute(insert(catalogs).values(base_url=base_url, version=0))
    return int(made.lastrowid)


def _advanced(connection: Connection, base_url: str, expected: int) -> int:
    catalog = _ensured(connection, base_url)
    moved = connection.execute(
        update(catalogs)
        .where(catalogs.c.id == catalog, catalogs.c.version == expected)
        .values(version=expected + 1)
    )
    if moved.rowcount != 1:
        raise Conflict(expected)
    return catalog


def _write(connection: Connection, catalog: int, delta: parts.Delta) -> bool:
    """Write what differs; False when some row to change was not there, so ``before`` was another state."""
    touched = 0
    if delta.removed:
        gone = [{"of": catalog, "in_part": part, "named": key} for part, key in delta.removed]
        touched += connection.execute(delete(state).where(*_THIS_ROW), gone).rowcount
    if delta.changed:
        values = [
            {"of": catalog, "in_part": part, "named": key, "now": body} for part, key, body in delta.changed
        ]
        changed = update(state).where(*_THIS_ROW).values(body=bindparam("now"))
        touched += connection.execute(changed, values).rowcount
    if delta.added:
        rows = [
            {"catalog": catalog, "part": part, "key": key, "body": body} for part, key, body in delta.added
        ]
        connection.execute(insert(state), rows)
    return touched == len(delta.removed) + len(delta.changed)
