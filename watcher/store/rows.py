"""The outbox's rows: made, claimed, settled, revived and ended, always in a caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Attempt, Claim, Outcome, RowState
from watcher.alerts.wire import notification_from_json, notification_to_json
from watcher.store.chronicle import to_text
from watcher.store.schema import attempts, outbox, pauses
from watcher.store.seals import insert, is_sound, resealed

SETTLED = (RowState.DELIVERED, RowState.DISCARDED, RowState.DEAD, RowState.ORPHANED)
HELD = (RowState.RETRY, RowState.PAUSED)
CATCHING_UP = timedelta(days=1)
"""For so long after a restore, a change may be one that was told before it."""

CUT_OFF = "the program ended, or its lease ran out, before the outcome was known"

PATIENCE = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
)
"""How long a row waits after its sender died on it, once, twice and so on; meanwhile the others go.

A row that kills whoever sends it must not keep the program from ever sending another.
"""

_PAUSES = select(pauses).where(is_sound(pauses))
_OLDEST_DUE = (
    select(outbox.c.id)
    .where(
        outbox.c.receiver == bindparam("of_receiver"),
        outbox.c.target == bindparam("of_target"),
        or_(
            outbox.c.state == RowState.QUEUED,
            and_(outbox.c.state.in_(HELD), outbox.c.next_at <= bindparam("at")),
        ),
        is_sound(outbox),
    )
    .order_by(outbox.c.id)
    .limit(1)
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id == _OLDEST_DUE.scalar_subquery())
    .values(
        **resealed(
            outbox,
            {
                "state": RowState.SENDING.value,
                "token": bindparam("proof", type_=outbox.c.token.type),
                "lease_until": bindparam("until", type_=outbox.c.lease_until.type),
            },
        )
    )
    .returning(outbox)
)
_SETTLE = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("number"),
        outbox.c.state == RowState.SENDING,
        outbox.c.token == bindparam("proof"),
        is_sound(outbox),
    )
    .values(
        **resealed(
            outbox,
            {
                "state": bindparam("becomes", type_=outbox.c.state.type),
                "next_at": bindparam("due", type_=outbox.c.next_at.type),
                "settled_at": bindparam("over", type_=outbox.c.settled_at.type),
                "token": None,
                "lease_until": None,
                "attempts": outbox.c.attempts + 1,
                "possible_repeat": or_(outbox.c.possible_repeat, bindparam("unclear", type_=Boolean)),
            },
        )
    )
)
"""Written once: each is run for every message, and building a statement takes longer than running it."""


def backlog_over(limit: int) -> str:
    """Return why a row was given up that nobody refused."""
    return f"backlog over {limit:,} messages: the oldest were given up"


def rows_of(
    messages: Sequence[tuple[Notification, str]], now: datetime, restored_at: datetime | None = None
) -> list[dict[str, Any]]:
    """Return notifications for targets as rows to ``enqueue``; made before a transaction is held for them.

    What rests on a poll from before the database was restored may have been told by the one it replaced.
    """
    distinct = {id(notification): notification for notification, _ in messages}
    bodies = {name: to_text(notification_to_json(notification)) for name, notification in distinct.items()}
    return [
        {
            "receiver": notification.receiver,
            "target": target,
            "rule": notification.rule,
            "notification": bodies[id(notification)],
            "state": RowState.QUEUED.value,
            "queued_at": now,
            "next_at": now,
            "attempts": 0,
            "possible_repeat": _may_repeat(notification, now, restored_at),
        }
        for notification, target in messages
    ]


def _may_repeat(notification: Notification, now: datetime, restored_at: datetime | None) -> bool:
    if restored_at is None or now > restored_at + CATCHING_UP:
        return False
    windows = (alert.not_before for alert in notification.alerts)
    return any(since is not None and since < restored_at for since in windows)


def enqueue(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue rows inside the caller's transaction; in a paused lane they wait with it."""
    if not rows:
        return
    paused = {(row.receiver, row.target): row.next_at for row in connection.execute(_PAUSES)}
    for row in rows:
        resumes_at = paused.get((row["receiver"], row["target"]))
        if resumes_at:
            row |= {"state": RowState.PAUSED.value, "next_at": resumes_at}
    insert(connection, outbox, rows)


def notification_of(text: str) -> Notification:
    """Return the notification of a stored row."""
    return notification_from_json(orjson.loads(text))


def claim_oldest(
    connection: Connection, receiver: str, target: str, token: str, *, now: datetime, until: datetime
) -> Claim | None:
    """Take the oldest due row of a lane in one statement, so that it is nobody else's; None without one."""
    lane = {"of_receiver": receiver, "of_target": target}
    row = connection.execute(_CLAIM, {**lane, "at": now, "proof": token, "until": until}).one_or_none()
    return None if row is None else claim_of(row, token, until)


def lane(receiver: str, target: str, table: Any = outbox) -> ColumnElement[bool]:
    """Return what is true of the rows of one lane."""
    return and_(table.c.receiver == receiver, table.c.target == target)


def claim_of(row: Row[Any], token: str, lease_until: datetime) -> Claim:
    """Return a row as a claim under a token."""
    return Claim(
        row=row.id,
        token=token,
        notification=notification_of(row.notification),
        receiver=row.receiver,
        target=row.target,
        attempts=row.attempts,
        possible_repeat=row.possible_repeat,
        queued_at=row.queued_at,
        lease_until=lease_until,
    )


def settled(connection: Connection, claim: Claim, attempt: Attempt) -> bool:
    """Write what became of a claim; False, with nothing written, when its token no longer holds."""
    is_over = attempt.state in SETTLED
    found = connection.execute(
        _SETTLE,
        {
            "number": claim.row,
            "proof": claim.token,
            "becomes": attempt.state.value,
            "due": None if is_over else attempt.next_at or attempt.ended_at,
            "over": attempt.ended_at if is_over else None,
            "unclear": attempt.outcome is Outcome.UNKNOWN,
        },
    )
    if found.rowcount != 1:
        return False
    note(connection, claim.row, attempt)
    return True


def note(connection: Connection, row: int, attempt: Attempt) -> None:
    """Write a try down."""
    told = {
        "row": row,
        "started_at": attempt.started_at,
        "ended_at": attempt.ended_at,
        "outcome": attempt.outcome.value,
        "detail": attempt.detail,
        "state": attempt.state.value,
        "next_at": attempt.next_at,
    }
    insert(connection, attempts, [told])


def revive(
    connection: Connection, wanted: ColumnElement[bool], now: datetime, *, repeats: bool = False
) -> int:
    """Make rows due now; return how many. ``repeats``: what they held before may have arrived."""
    values: dict[str, Any] = {"state": RowState.RETRY.value, "next_at": now, "settled_at": None}
    if repeats:
        values |= {
            "possible_repeat": True,
            "attempts": outbox.c.attempts + 1,
            "token": None,
            "lease_until": None,
        }
    return changed(connection, wanted, values)


def postpone(connection: Connection, row: int, until: datetime) -> None:
    """Let a row wait until a time."""
    changed(connection, outbox.c.id == row, {"next_at": until})


def deaths_of(connection: Connection, row: int) -> int:
    """Return how often a row's sender died so far."""
    query = select(func.count()).where(attempts.c.row == row, attempts.c.detail == CUT_OFF)
    return connection.execute(query).scalar_one()


def end(connection: Connection, wanted: ColumnElement[bool], state: RowState, now: datetime) -> int:
    """Bring rows to an end in a state from which nothing is sent; return how many."""
    values = {"state": state.value, "next_at": None, "settled_at": now}
    return changed(connection, wanted, values)


def changed(connection: Connection, wanted: ColumnElement[bool], values: dict[str, Any]) -> int:
    """Change the sound ones among some rows; return how many."""
    statement = update(outbox).where(wanted, is_sound(outbox)).values(**resealed(outbox, values))
    return connection.execute(statement).rowcount


def cut_off(row: Row[Any], now: datetime, deaths: int) -> Attempt:
    """Return the try of a row whose sender died, as ``deaths`` did before; the row is due when it says."""
    pause = PATIENCE[min(deaths, len(PATIENCE) - 1)]
    return Attempt(
        started_at=min(row.lease_until, now),
        ended_at=now,
        outcome=Outcome.UNKNOWN,
        detail=CUT_OFF,
        state=RowState.RETRY,
        next_at=now + pause,
    )


def given_up(limit: int, now: datetime) -> Attempt:
    """Return the last try of a row that a full backlog pushed out."""
    return Attempt(
        started_at=now,
        ended_at=now,
        outcome=Outcome.RETRY,
        detail=backlog_over(limit),
        state=RowState.DEAD,
    )
