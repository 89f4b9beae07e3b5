"""Retention at work: what is older than it is kept goes, a little at a time, and the file shrinks with it.

Every step is a transaction of its own, a few milliseconds long, with a rest after it, so that a poll is never
kept waiting.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from watcher.catalog.retention import Retention
from watcher.store import readings
from watcher.store.database import Database
from watcher.store.days import remember, summed
from watcher.store.errors import Corrupt
from watcher.store.rows import SETTLED
from watcher.store.schema import (
    alerts,
    attempts,
    catalogs,
    changes,
    days,
    outbox,
    refusals,
    rosters,
    suppressed,
    telemetry,
)
from watcher.store.seals import is_sound

BATCH = 250
"""Rows that go in one transaction."""

PAGES = 250
"""Pages (1 MB) that are given back in one transaction; so many free ones are kept for what comes next."""

REST_SECONDS = 0.005
A_DAY = len("2026-07-06")


class Sweep(NamedTuple):
    """A day of one catalog whose sweeps are no longer kept."""

    catalog: int
    day: str


def prune(database: Database, keep: Retention, now: datetime) -> int:
    """Let go of what is older than it is kept; return how many rows went."""
    gone = 0
    if keep.telemetry is not None:
        gone += sum(_thin(database, sweep) for sweep in _days_before(database, now - keep.telemetry))
    for table, condition in _old(database, keep, now):
        gone += _clear(database, table, condition)
    while unused := _clear_rosters(database):
        gone += unused
        time.sleep(REST_SECONDS)
    _give_back(database)
    return gone


def _old(database: Database, keep: Retention, now: datetime) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield which rows of each table are old; of each catalog by itself, as the indexes have them."""
    with database.reading() as connection:
        known = connection.execute(select(catalogs.c.id)).scalars().all()
    for number in known:
        for table, time_of, kept in (
            (suppressed, suppressed.c.at, keep.suppressed),
            (refusals, refusals.c.at, keep.refusals),
            (changes, changes.c.at, keep.changes),
            (alerts, alerts.c.told_at, keep.alerts),
        ):
            if kept is not None:
                yield table, (table.c.catalog == number) & (time_of < now - kept)
        if keep.daily is not None:
            first = (now - keep.daily).date().isoformat()
            yield days, (days.c.catalog == number) & (days.c.day < first)
    if keep.outbox is not None:
        settled = outbox.c.state.in_(SETTLED) & (outbox.c.settled_at < now - keep.outbox)
        yield outbox, settled & is_sound(outbox)


def _clear(database: Database, table: Table, condition: ColumnElement[bool]) -> int:
    """Delete the rows of a condition, some at a time; return how many there were."""
    (key,) = table.primary_key.columns
    gone = 0
    while True:
        with database.reading() as connection:
            ids = connection.execute(select(key).where(condition).limit(BATCH)).scalars().all()
        if not ids:
            return gone
        gone += _delete(database, table, ids)
        time.sleep(REST_SECONDS)


def _clear_rosters(database: Database) -> int:
    """Delete some of the rosters that nothing refers to; nobody can take one up again meanwhile."""
    unused = rosters.c.id.not_in(select(telemetry.c.roster).union(select(days.c.roster)))
    with database.writing() as connection:
        ids = connection.execute(select(rosters.c.id).where(unused).limit(BATCH)).scalars().all()
        return _deleted(connection, rosters, ids) if ids else 0


def _delete(database: Database, table: Table, ids: Sequence[int]) -> int:
    try:
        with database.writing() as connection:
            return _deleted(connection, table, ids)
    except Corrupt:  # an index that does not fit its damaged row
        with database.writing() as connection:
            connection.exec_driver_sql(f"REINDEX {table.name}")
            return _deleted(connection, table, ids)


def _deleted(connection: Connection, table: Table, ids: Sequence[int]) -> int:
    (key,) = table.primary_key.columns
    if table is outbox:
        connection.execute(delete(attempts).where(attempts.c.row.in_(ids)))
    return connection.execute(delete(table).where(key.in_(ids))).rowcount


def _days_before(database: Database, moment: datetime) -> Sequence[Sweep]:
    """Return the whole days before a moment that have sweeps; the newest sweep of a catalog is its state."""
    newest = select(func.max(telemetry.c.id)).group_by(telemetry.c.catalog)
    day = func.substr(telemetry.c.at, 1, A_DAY).label("day")
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    found = (
        select(telemetry.c.catalog, day)
        .where(telemetry.c.at < midnight, telemetry.c.id.not_in(newest))
        .distinct()
        .order_by(telemetry.c.catalog, day)
    )
    with database.reading() as connection:
        return [Sweep(row.catalog, row.day) for row in connection.execute(found)]


def _thin(database: Database, sweep: Sweep) -> int:
    """Put one summary in place of a day's sweeps; return how many sweeps went."""
    ids, readings_of_it = _read(database, sweep)
    summary = summed(readings_of_it)
    with database.writing() as connection:
        remember(connection, sweep.catalog, sweep.day, summary)
    return _delete(database, telemetry, ids)


def _read(database: Database, sweep: Sweep) -> tuple[Sequence[int], Sequence[Any]]:
    """Return the numbers of a day's sweeps that may go, and what the sound ones of that day read."""
    begin = datetime.fromisoformat(f"{sweep.day}T00:00:00+00:00")
    mine = (telemetry.c.catalog == sweep.catalog) & telemetry.c.at.between(
        begin, begin + timedelta(days=1) - timedelta(microseconds=1)
    )
    newest = select(func.max(telemetry.c.id)).where(telemetry.c.catalog == sweep.catalog).scalar_subquery()
    sound = (
        select(rosters.c.members, telemetry.c.readings)
        .join_from(telemetry, rosters, rosters.c.id == telemetry.c.roster)
        .where(mine, is_sound(telemetry), is_sound(rosters))
    )
    with database.reading() as connection:
        ids = connection.execute(select(telemetry.c.id).where(mine, telemetry.c.id != newest)).scalars().all()
        rows = connection.execute(sound).all()
    return ids, [readings.unpack_telemetry(*row) for row in rows]


def _give_back(database: Database) -> None:
    """Give free pages back to the disk."""
    free = database.shrink(0)
    while free > PAGES:
        left = database.shrink(min(PAGES, free - PAGES))
        if left >= free:  # a file of an older version that could not be written anew yet
            return
        free = left
        time.sleep(REST_SECONDS)
