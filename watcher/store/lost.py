"""Lost messages: rows of the outbox that are damaged, so that nothing in them can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Attempt, Outcome, RowState
from watcher.alerts.severity import Severity
from watcher.store.rows import note, rows_of
from watcher.store.schema import outbox
from watcher.store.seals import insert

LOST = "(lost)"
"""Stands where a receiver, a target and a rule would: no configuration can name any of them so."""

DAMAGED = "the row is damaged in the database, so it is not sent"


def bury(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Put what says so in place of rows that are damaged: they are dead, for nobody, and about nothing."""
    connection.exec_driver_sql(f"REINDEX {outbox.name}")  # an index may hold what they were before
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # the tries of a row stay
    for row in ids:
        connection.execute(delete(outbox).where(outbox.c.id == row))
        notification = _lost(row, now)
        made = {**rows_of([(notification, LOST)], now)[0], "id": row, "state": RowState.DEAD.value}
        insert(connection, outbox, [{**made, "next_at": None, "settled_at": now}])
        note(connection, row, _given_up(now))


def _lost(row: int, now: datetime) -> Notification:
    summary = f"message {row} was damaged in the database: whom it was for and what it said is lost"
    alert = Alert(
        id=alert_id(LOST, str(row), None, now),
        rule=LOST,
        severity=Severity.CRITICAL,
        status=Status.FIRING,
        event="catalog.message_lost",
        subject=f"message {row}",
        at=now,
        not_before=None,
        told_at=now,
        context={"summary": summary},
    )
    return Notification(at=now, receiver=LOST, rule=LOST, severity=Severity.CRITICAL, alerts=(alert,))


def _given_up(now: datetime) -> Attempt:
    return Attempt(
        started_at=now,
        ended_at=now,
        outcome=Outcome.MESSAGE_FAULT,
        detail=DAMAGED,
        state=RowState.DEAD,
    )
