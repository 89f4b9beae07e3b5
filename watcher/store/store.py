"""The store: one directory that survives crashes, and one transaction per decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import select

from watcher.alerts.notification import Notification
from watcher.catalog.names import EndpointKey
from watcher.catalog.retention import KEEP, Retention
from watcher.catalog.telemetry import Day, Telemetry
from watcher.judgement.decision import Change, Decision
from watcher.judgement.state import State
from watcher.store import baseline, chronicle, mark, parts, readings, retention
from watcher.store.baseline import Loaded
from watcher.store.database import Database, closed_on_error, passport_of, quick_check, readable, writable
from watcher.store.days import remember
from watcher.store.errors import Unstarted
from watcher.store.mark import Mark
from watcher.store.opening import raise_unless_newest, raise_unless_whole
from watcher.store.outbox import Outbox
from watcher.store.passport import NOTHING_NEW
from watcher.store.places import database_of, is_started, mark_started, prepare
from watcher.store.queries import Queries
from watcher.store.rows import enqueue, rows_of
from watcher.store.schema import changes, telemetry
from watcher.store.seals import insert, is_sound
from watcher.store.upgrade import bring_up_to_date, create, raise_unless_current
from watcher.store.verify import verify


class Store:
    """All that one catalog's watcher remembers; safe to share between threads.

    Another ``base_url`` is another catalog in the same file, with a state of its own; the outbox is common.
    """

    def __init__(self, database: Database, catalog: str) -> None:
        """Use ``open`` or ``open_to_read`` instead."""
        self._database = database
        self._base_url = catalog
        self._restored_at = passport_of(database).restored_at
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
        known = mark.read(directory)
        database = writable(database_of(directory), is_marked=True)
        with closed_on_error(database):
            raise_unless_newest(database, known)
            bring_up_to_date(database)
            mark_started(directory)
            raise_unless_whole(database)
            found = passport_of(database)
            mark.leave(directory, Mark(found.name, found.writes))
        return cls(database, catalog)

    @classmethod
    def open_to_read(cls, directory: Path, *, catalog: str) -> Self:
        """Open what is there only to read, also while a daemon writes; raise Unstarted where nothing is."""
        if not is_started(directory):
            raise Unstarted(directory)
        known = mark.read(directory)
        database = readable(database_of(directory))
        with closed_on_error(database):
            raise_unless_newest(database, known)
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
            return baseline.load(connection, self._database, self._base_url)

    def version(self) -> int:
        """Return how many commits this catalog has seen; a cached state holds while this stands still."""
        with self._database.reading() as connection:
            found = baseline.find(connection, self._database.path, self._base_url)
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
        rows = rows_of(outbox, now, self._restored_at)
        packed = None if sweep is None else readings.pack(sweep)
        with self._database.writing() as connection:
            path, url = self._database.path, self._base_url
            catalog = baseline.advance(connection, path, url, delta, expected_version)
            if packed is not None:
                roster = readings.enrolled(connection, packed.keys)
                row = {"catalog": catalog, "at": now, "roster": roster, "readings": packed.readings}
                insert(connection, telemetry, [row])
            chronicle.append(connection, catalog, decision)
            enqueue(connection, rows)
        return expected_version + 1

    def fill(self, found: Iterable[Change]) -> int:
        """Add imported changes that the history does not have yet; return how many were new."""
        with self._database.writing() as connection:
            catalog = baseline.ensure(connection, self._database.path, self._base_url).id
            known = select(changes.c.at, changes.c.event, changes.c.subject, changes.c.field)
            seen = set(connection.execute(known.where(changes.c.catalog == catalog, is_sound(changes))))
            fresh = [
                change
                for change in found
                if (change.at, change.event, change.subject, change.field) not in seen
            ]
            chronicle.append_changes(connection, catalog, fresh)
        return len(fresh)

    def fill_days(self, found: Mapping[date, Mapping[EndpointKey, Day]]) -> int:
        """Add upstream's record of earlier days to what is kept; return how many summaries that changed.

        What is known already stays as it is, above all what we measured ourselves.
        """
        with self._database.writing() as connection:
            catalog = baseline.ensure(connection, self._database.path, self._base_url).id
            return sum(remember(connection, catalog, day.isoformat(), each) for day, each in found.items())

    def touch(self) -> None:
        """Write something tiny that means nothing; raise StoreError where nothing can be written."""
        with self._database.writing() as connection:
            connection.exec_driver_sql(NOTHING_NEW)

    def verify(self) -> Mapping[str, int]:
        """Hold every row against its seal; return how many of each table are damaged, and left out.

        Raises Corrupt when the state is damaged.
        """
        return verify(self._database)

    def prune(self, now: datetime, keep: Retention = KEEP) -> int:
        """Let go of history that is older than it is kept, in short transactions; return how many rows went.

        Readings shrink to one summary a day. What the file no longer needs goes back to the disk.
        """
        return retention.prune(self._database, keep, now)


def _sweep(before: State, after: State) -> Mapping[EndpointKey, Telemetry] | None:
    if after.telemetry is before.telemetry or not (after.telemetry or before.telemetry):
        return None
    return after.telemetry
