"""The outbox: what is still to be sent, claimed by lanes one row at a time and settled with a proof.

A lane is one target of one receiver. A claim is a compare-and-swap that leaves a token in the row; only who
holds the token may settle it. Every call is one short transaction, so lanes may call from their own threads.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, tuple_, update

from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Attempt, Claim, Outcome, RowState
from watcher.alerts.wire import notification_from_json, notification_to_json
from watcher.store.chronicle import SETTLED, to_text
from watcher.store.database import Database
from watcher.store.schema import attempts, outbox, pauses

WAITING = (RowState.QUEUED, RowState.RETRY, RowState.PAUSED)
HELD = (RowState.RETRY, RowState.PAUSED)
RETRIED_BY_DEFAULT = (RowState.RETRY, RowState.PAUSED, RowState.DEAD)
RETRIED_BY_NAME = (*RETRIED_BY_DEFAULT, RowState.ORPHANED, RowState.DISCARDED)
UNSETTLED = (*WAITING, RowState.SENDING)
DISCARDABLE = (*WAITING, RowState.DEAD, RowState.ORPHANED)
CUT_OFF = "the program ended, or its lease ran out, before the outcome was known"


def backlog_over(limit: int) -> str:
    """Return why a row was given up that nobody refused."""
    return f"backlog over {limit:,} messages: the oldest were given up"


def enqueue(connection: Connection, messages: Sequence[tuple[Notification, str]], now: datetime) -> None:
    """Queue notifications for targets inside the caller's transaction; in a paused lane they wait with it."""
    if not messages:
        return
    paused = {(row.receiver, row.target): row.next_at for row in connection.execute(select(pauses))}
    rows = []
    for notification, target in messages:
        resumes_at = paused.get((notification.receiver, target))
        rows.append(
            {
                "receiver": notification.receiver,
                "target": target,
                "rule": notification.rule,
                "notification": to_text(notification_to_json(notification)),
                "state": RowState.PAUSED.value if resumes_at else RowState.QUEUED.value,
                "queued_at": now,
                "next_at": resumes_at or now,
                "attempts": 0,
                "possible_repeat": False,
            }
        )
    connection.execute(insert(outbox), rows)


def notification_of(text: str) -> Notification:
    """Return the notification of a stored row."""
    return notification_from_json(orjson.loads(text))


class Outbox:
    """The rows of all lanes; fits the Protocol that delivery works with."""

    def __init__(self, database: Database) -> None:
        """Work on one database; claims made here are told from those of any other process or instance."""
        self._database = database
        self._owner = secrets.token_hex(8)
        self._serial = count(1)

    def claim(self, receiver: str, target: str, *, now: datetime, lease: timedelta) -> Claim | None:
        """Take the oldest row of a lane that is due, for as long as ``lease``; None when nothing is due.

        A paused row that has become due is a probe of its target. A row that waits holds up none behind it.
        """
        due = or_(
            outbox.c.state == RowState.QUEUED,
            and_(outbox.c.state.in_(HELD), outbox.c.next_at <= now),
        )
        query = select(outbox).where(_lane(receiver, target), due).order_by(outbox.c.id).limit(1)
        while True:
            with self._database.reading() as connection:
                row = connection.execute(query).one_or_none()
            if row is None:
                return None
            claim = self._won(row, now + lease)
            if claim is not None:
                return claim

    def claim_rest(self, claim: Claim, *, now: datetime, least: int) -> Sequence[Claim]:
        """Take all other due rows of a claim's lane, if they are ``least`` or more; they share its token."""
        due = and_(outbox.c.state.in_((RowState.QUEUED, RowState.RETRY)), outbox.c.next_at <= now)
        query = select(outbox).where(_lane(claim.receiver, claim.target), due).order_by(outbox.c.id)
        held = {"state": RowState.SENDING.value, "token": claim.token, "lease_until": claim.lease_until}
        with self._database.writing() as connection:
            rows = connection.execute(query).all()
            if len(rows) < least:
                return ()
            connection.execute(update(outbox).where(_lane(claim.receiver, claim.target), due).values(**held))
        return tuple(_claim(row, claim.token, claim.lease_until) for row in rows)

    def settle(self, claim: Claim, attempt: Attempt) -> bool:
        """Write what became of a claim; False, with nothing written, when its token no longer holds."""
        return self.settle_all((claim,), attempt) == 1

    def settle_all(self, claims: Sequence[Claim], attempt: Attempt) -> int:
        """Write what became of claims that shared one try, in one transaction; return how many still held."""
        with self._database.writing() as connection:
            return sum(_settled(connection, claim, attempt) for claim in claims)

    def next_due(self, receiver: str, target: str) -> datetime | None:
        """Return when the lane has something to do next, maybe in the past; None when nothing waits."""
        query = select(func.min(outbox.c.next_at, type_=outbox.c.next_at.type))
        with self._database.reading() as connection:
            return connection.execute(
                query.where(_lane(receiver, target), outbox.c.state.in_(WAITING))
            ).scalar()

    def recover(self, now: datetime) -> int:
        """Make rows whose sender died due again, marked as possible repeats; return how many there were.

        A sender is dead when its process is gone, when its claim was made by another store object of this
        process, or when its lease ran out. What a living process is sending stays its own.
        """
        with self._database.writing() as connection:
            sending = connection.execute(select(outbox).where(outbox.c.state == RowState.SENDING)).all()
            cut_off = [row for row in sending if row.lease_until <= now or not self._lives(row.token)]
            for row in cut_off:
                _note(connection, row.id, _unknown(row, now))
            _revive(connection, outbox.c.id.in_([row.id for row in cut_off]), now, repeats=True)
        return len(cut_off)

    def pause(self, receiver: str, target: str, *, now: datetime, next_at: datetime, reason: str) -> None:
        """Let a whole lane wait until ``next_at``, with all that is queued for it meanwhile."""
        with self._database.writing() as connection:
            lane = {"receiver": receiver, "target": target}
            known = connection.execute(
                update(pauses).where(_lane(receiver, target, pauses)).values(next_at=next_at, reason=reason)
            )
            if known.rowcount == 0:
                connection.execute(insert(pauses).values(**lane, since=now, next_at=next_at, reason=reason))
            connection.execute(
                update(outbox)
                .where(_lane(receiver, target), outbox.c.state.in_(WAITING))
                .values(state=RowState.PAUSED.value, next_at=next_at)
            )

    def resume(self, receiver: str, target: str, now: datetime) -> None:
        """Let a lane go on: its target is back, so all that was paused or in retry is due now."""
        with self._database.writing() as connection:
            connection.execute(delete(pauses).where(_lane(receiver, target, pauses)))
            _revive(connection, and_(_lane(receiver, target), outbox.c.state.in_(HELD)), now)

    def counts(self) -> Mapping[RowState, int]:
        """Return how many rows stand in each state; states without rows are 0."""
        query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        with self._database.reading() as connection:
            found: dict[str, int] = dict(connection.execute(query).all())
        return {state: found.get(state.value, 0) for state in RowState}

    def retry(self, ids: Collection[int] | None, now: datetime) -> int:
        """Make rows due now; return how many.

        None means all that is in retry, paused or dead; named rows may also be orphaned or discarded. In a
        paused lane they probe the target, whose success then resumes the lane.
        """
        wanted: ColumnElement[bool] = outbox.c.state.in_(RETRIED_BY_DEFAULT)
        if ids is not None:
            wanted = and_(outbox.c.id.in_(ids), outbox.c.state.in_(RETRIED_BY_NAME))
        with self._database.writing() as connection:
            return _revive(connection, wanted, now)

    def discard(self, ids: Collection[int], now: datetime) -> int:
        """Give rows up for good; what is delivered or being sent stays. Return how many rows."""
        with self._database.writing() as connection:
            wanted = and_(outbox.c.id.in_(ids), outbox.c.state.in_(DISCARDABLE))
            return _end(connection, wanted, RowState.DISCARDED, now)

    def cut(self, receiver: str, target: str, limit: int, now: datetime) -> int:
        """Give up the oldest rows of a lane in which more than ``limit`` wait; return how many."""
        waiting = and_(_lane(receiver, target), outbox.c.state.in_(WAITING))
        kept = select(outbox.c.id).where(waiting).order_by(outbox.c.id.desc()).limit(limit)
        with self._database.writing() as connection:
            if (connection.execute(select(func.count()).where(waiting)).scalar() or 0) <= limit:
                return 0
            oldest = select(outbox.c.id).where(waiting, outbox.c.id.not_in(kept)).order_by(outbox.c.id)
            ids = connection.execute(oldest).scalars().all()
            for row in ids:
                _note(connection, row, _given_up(limit, now))
            return _end(connection, outbox.c.id.in_(ids), RowState.DEAD, now)

    def backlogs(self) -> Mapping[tuple[str, str], int]:
        """Return how many rows wait in each lane that has any."""
        lane = (outbox.c.receiver, outbox.c.target)
        query = select(*lane, func.count()).where(outbox.c.state.in_(WAITING)).group_by(*lane)
        with self._database.reading() as connection:
            return {(receiver, target): number for receiver, target, number in connection.execute(query)}

    def orphan(self, known: Collection[tuple[str, str]], now: datetime) -> int:
        """Put aside the rows of lanes that are no longer configured; return how many.

        ``known`` are the (receiver, label) of today. Rows of a lane that came back are due again.
        """
        at_home = tuple_(outbox.c.receiver, outbox.c.target).in_(list(known))
        with self._database.writing() as connection:
            _revive(connection, and_(outbox.c.state == RowState.ORPHANED, at_home), now)
            todays = tuple_(pauses.c.receiver, pauses.c.target).in_(list(known))
            connection.execute(delete(pauses).where(~todays))
            homeless = and_(outbox.c.state.in_(WAITING), ~at_home)
            return _end(connection, homeless, RowState.ORPHANED, now)

    def _won(self, row: Row[Any], lease_until: datetime) -> Claim | None:
        token = f"{os.getpid()}:{self._owner}:{next(self._serial)}"
        unchanged = (outbox.c.id == row.id, outbox.c.state == row.state, outbox.c.attempts == row.attempts)
        taken = update(outbox).where(*unchanged)
        with self._database.writing() as connection:
            swapped = connection.execute(
                taken.values(state=RowState.SENDING.value, token=token, lease_until=lease_until)
            )
        return _claim(row, token, lease_until) if swapped.rowcount == 1 else None

    def _lives(self, token: str) -> bool:
        pid, owner, _ = token.split(":")
        if int(pid) == os.getpid():
            return owner == self._owner
        return _is_running(int(pid))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _lane(receiver: str, target: str, table: Any = outbox) -> ColumnElement[bool]:
    return and_(table.c.receiver == receiver, table.c.target == target)


def _claim(row: Row[Any], token: str, lease_until: datetime) -> Claim:
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


def _unknown(row: Row[Any], now: datetime) -> Attempt:
    return Attempt(
        started_at=min(row.lease_until, now),
        ended_at=now,
        outcome=Outcome.UNKNOWN,
        detail=CUT_OFF,
        state=RowState.RETRY,
        next_at=now,
    )


def _settled(connection: Connection, claim: Claim, attempt: Attempt) -> bool:
    is_over = attempt.state in SETTLED
    held = (outbox.c.id == claim.row, outbox.c.state == RowState.SENDING, outbox.c.token == claim.token)
    settled = connection.execute(
        update(outbox)
        .where(*held)
        .values(
            state=attempt.state.value,
            next_at=None if is_over else attempt.next_at or attempt.ended_at,
            settled_at=attempt.ended_at if is_over else None,
            token=None,
            lease_until=None,
            attempts=outbox.c.attempts + 1,
            possible_repeat=outbox.c.possible_repeat | (attempt.outcome is Outcome.UNKNOWN),
        )
    )
    if settled.rowcount != 1:
        return False
    _note(connection, claim.row, attempt)
    return True


def _given_up(limit: int, now: datetime) -> Attempt:
    return Attempt(
        started_at=now,
        ended_at=now,
        outcome=Outcome.RETRY,
        detail=backlog_over(limit),
        state=RowState.DEAD,
    )


def _note(connection: Connection, row: int, attempt: Attempt) -> None:
    connection.execute(
        insert(attempts).values(
            row=row,
            started_at=attempt.started_at,
            ended_at=attempt.ended_at,
            outcome=attempt.outcome.value,
            detail=attempt.detail,
            state=attempt.state.value,
            next_at=attempt.next_at,
        )
    )


def _revive(
    connection: Connection, wanted: ColumnElement[bool], now: datetime, *, repeats: bool = False
) -> int:
    values: dict[str, Any] = {"state": RowState.RETRY.value, "next_at": now, "settled_at": None}
    if repeats:
        values |= {
            "possible_repeat": True,
            "attempts": outbox.c.attempts + 1,
            "token": None,
            "lease_until": None,
        }
    return connection.execute(update(outbox).where(wanted).values(**values)).rowcount


def _end(connection: Connection, wanted: ColumnElement[bool], state: RowState, now: datetime) -> int:
    values = {"state": state.value, "next_at": None, "settled_at": now}
    return connection.execute(update(outbox).where(wanted).values(**values)).rowcount
