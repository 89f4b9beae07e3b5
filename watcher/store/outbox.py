"""The outbox: what is still to be sent, claimed by lanes one row at a time and settled with a proof.

A lane is one target of one receiver. A claim is one update that leaves a token in the row; only who
holds the token may settle it. Every call is one short transaction, so lanes may call from their own threads.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select, tuple_, update

from watcher.alerts.outbox import Attempt, Claim, RowState
from watcher.store.database import Database
from watcher.store.lost import bury
from watcher.store.processes import is_running
from watcher.store.rows import (
    HELD,
    changed,
    claim_of,
    claim_oldest,
    cut_off,
    deaths_of,
    end,
    given_up,
    lane,
    note,
    postpone,
    revive,
    settled,
)
from watcher.store.schema import outbox, pauses
from watcher.store.seals import insert, is_sound, resealed

WAITING = (RowState.QUEUED, RowState.RETRY, RowState.PAUSED)
RETRIED_BY_DEFAULT = (RowState.RETRY, RowState.PAUSED, RowState.DEAD)
RETRIED_BY_NAME = (*RETRIED_BY_DEFAULT, RowState.ORPHANED, RowState.DISCARDED)
UNSETTLED = (*WAITING, RowState.SENDING)
OPEN = (*UNSETTLED, RowState.DEAD, RowState.ORPHANED)
DISCARDABLE = (*WAITING, RowState.DEAD, RowState.ORPHANED)


class Outbox:
    """The rows of all lanes; fits the Protocol that delivery works with."""

    def __init__(self, database: Database) -> None:
        """Work on one database; claims made here are told from those of any other process or instance."""
        self._database = database
        self._owner = secrets.token_hex(8)
        self._serial = count(1)
        self._buried: frozenset[str] = frozenset()

    def claim(self, receiver: str, target: str, *, now: datetime, lease: timedelta) -> Claim | None:
        """Take the oldest row of a lane that is due, for as long as ``lease``; None when nothing is due.

        A paused row that has become due is a probe of its target. A row that waits holds up none behind it.
        """
        token = f"{os.getpid()}:{self._owner}:{next(self._serial)}"
        with self._database.writing() as connection:
            claim = claim_oldest(connection, receiver, target, token, now=now, until=now + lease)
            if claim is None and self._unburied():
                self._bury(connection, now)
            return claim

    def bury(self, now: datetime) -> int:
        """Give up rows that are damaged in the database; return how many.

        Nothing in such a row can be trusted, so it is never sent; it is listed as dead, with the reason.
        """
        with self._database.writing() as connection:
            return self._bury(connection, now)

    def _bury(self, connection: Connection, now: datetime) -> int:
        ids = connection.execute(select(outbox.c.id).where(~is_sound(outbox))).scalars().all()
        if ids:
            bury(connection, ids, now)
        self._buried = frozenset(self._database.damage.rows(outbox.name))
        return len(ids)

    def _unburied(self) -> bool:
        return not self._buried.issuperset(self._database.damage.rows(outbox.name))

    def claim_rest(self, claim: Claim, *, now: datetime, least: int) -> Sequence[Claim]:
        """Take all other due rows of a claim's lane, if they are ``least`` or more; they share its token."""
        due = and_(outbox.c.state.in_((RowState.QUEUED, RowState.RETRY)), outbox.c.next_at <= now)
        wanted = and_(lane(claim.receiver, claim.target), due)
        query = select(outbox).where(wanted, is_sound(outbox)).order_by(outbox.c.id)
        held = {"state": RowState.SENDING.value, "token": claim.token, "lease_until": claim.lease_until}
        with self._database.writing() as connection:
            rows = connection.execute(query).all()
            if len(rows) < least:
                return ()
            changed(connection, wanted, held)
        return tuple(claim_of(row, claim.token, claim.lease_until) for row in rows)

    def settle(self, claim: Claim, attempt: Attempt) -> bool:
        """Write what became of a claim; False, with nothing written, when its token no longer holds."""
        return self.settle_all((claim,), attempt) == 1

    def settle_all(self, claims: Sequence[Claim], attempt: Attempt) -> int:
        """Write what became of claims that shared one try, in one transaction; return how many still held."""
        with self._database.writing() as connection:
            return sum(settled(connection, claim, attempt) for claim in claims)

    def next_due(self, receiver: str, target: str) -> datetime | None:
        """Return when the lane has something to do next, maybe in the past; None when nothing waits."""
        query = select(func.min(outbox.c.next_at, type_=outbox.c.next_at.type))
        with self._database.reading() as connection:
            return connection.execute(
                query.where(lane(receiver, target), outbox.c.state.in_(WAITING))
            ).scalar()

    def recover(self, now: datetime) -> int:
        """Make rows whose sender died due again, marked as possible repeats; return how many there were.

        A sender is dead when its process is gone, when its claim was made by another store object of this
        process, or when its lease ran out. What a living process is sending stays its own. A row on which
        sender after sender died waits ever longer, and the others go first.
        """
        with self._database.writing() as connection:
            under_way = outbox.c.state == RowState.SENDING
            sending = connection.execute(select(outbox).where(under_way, is_sound(outbox))).all()
            cut = [row for row in sending if row.lease_until <= now or not self._lives(row.token)]
            revive(connection, outbox.c.id.in_([row.id for row in cut]), now, repeats=True)
            for row in cut:
                attempt = cut_off(row, now, deaths_of(connection, row.id))
                note(connection, row.id, attempt)
                postpone(connection, row.id, attempt.next_at or now)
        return len(cut)

    def pause(self, receiver: str, target: str, *, now: datetime, next_at: datetime, reason: str) -> None:
        """Let a whole lane wait until ``next_at``, with all that is queued for it meanwhile."""
        with self._database.writing() as connection:
            renewed = resealed(pauses, {"next_at": next_at, "reason": reason})
            its_own = and_(lane(receiver, target, pauses), is_sound(pauses))
            if connection.execute(update(pauses).where(its_own).values(**renewed)).rowcount == 0:
                connection.execute(delete(pauses).where(lane(receiver, target, pauses)))
                new = {"receiver": receiver, "target": target, "since": now, "next_at": next_at}
                insert(connection, pauses, [{**new, "reason": reason}])
            waiting = and_(lane(receiver, target), outbox.c.state.in_(WAITING))
            changed(connection, waiting, {"state": RowState.PAUSED.value, "next_at": next_at})

    def resume(self, receiver: str, target: str, now: datetime) -> None:
        """Let a lane go on: its target is back, so all that was paused or in retry is due now."""
        with self._database.writing() as connection:
            connection.execute(delete(pauses).where(lane(receiver, target, pauses)))
            revive(connection, and_(lane(receiver, target), outbox.c.state.in_(HELD)), now)

    def hasten(self, now: datetime) -> int:
        """Make due what waits for a time that a wrong clock gave it; return how many rows.

        The rows of a paused lane probe its target once.
        """
        later = and_(outbox.c.state.in_(HELD), outbox.c.next_at > now)
        with self._database.writing() as connection:
            sooner = resealed(pauses, {"next_at": now})
            its_own = and_(pauses.c.next_at > now, is_sound(pauses))
            connection.execute(update(pauses).where(its_own).values(**sooner))
            return changed(connection, later, {"next_at": now})

    def counts(self) -> Mapping[RowState, int]:
        """Return how many rows stand in each state; states without rows are 0."""
        query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        with self._database.reading() as connection:
            found: dict[str, int] = dict(connection.execute(query).all())
        return {state: found.get(state.value, 0) for state in RowState}

    def unsettled(self) -> Mapping[tuple[str, RowState], int]:
        """Return how many rows of each receiver stand in a state that is not the end of them."""
        columns = (outbox.c.receiver, outbox.c.state)
        query = select(*columns, func.count()).where(outbox.c.state.in_(OPEN)).group_by(*columns)
        with self._database.reading() as connection:
            return {
                (receiver, RowState(state)): number for receiver, state, number in connection.execute(query)
            }

    def retry(self, ids: Collection[int] | None, now: datetime) -> int:
        """Make rows due now; return how many.

        None means all that is in retry, paused or dead; named rows may also be orphaned or discarded. In a
        paused lane they probe the target, whose success then resumes the lane.
        """
        wanted: ColumnElement[bool] = outbox.c.state.in_(RETRIED_BY_DEFAULT)
        if ids is not None:
            wanted = and_(outbox.c.id.in_(ids), outbox.c.state.in_(RETRIED_BY_NAME))
        with self._database.writing() as connection:
            return revive(connection, wanted, now)

    def discard(self, ids: Collection[int], now: datetime) -> int:
        """Give rows up for good; what is delivered or being sent stays. Return how many rows."""
        with self._database.writing() as connection:
            wanted = and_(outbox.c.id.in_(ids), outbox.c.state.in_(DISCARDABLE))
            return end(connection, wanted, RowState.DISCARDED, now)

    def cut(self, receiver: str, target: str, limit: int, now: datetime) -> int:
        """Give up the oldest rows of a lane in which more than ``limit`` wait; return how many."""
        waiting = and_(lane(receiver, target), outbox.c.state.in_(WAITING))
        kept = select(outbox.c.id).where(waiting).order_by(outbox.c.id.desc()).limit(limit)
        with self._database.writing() as connection:
            if (connection.execute(select(func.count()).where(waiting)).scalar() or 0) <= limit:
                return 0
            oldest = select(outbox.c.id).where(waiting, outbox.c.id.not_in(kept)).order_by(outbox.c.id)
            ids = connection.execute(oldest).scalars().all()
            for row in ids:
                note(connection, row, given_up(limit, now))
            return end(connection, outbox.c.id.in_(ids), RowState.DEAD, now)

    def backlogs(self) -> Mapping[tuple[str, str], int]:
        """Return how many rows wait in each lane that has any."""
        lane = (outbox.c.receiver, outbox.c.target)
        query = select(*lane, func.count()).where(outbox.c.state.in_(WAITING)).group_by(*lane)
        with self._database.reading() as connection:
            return {(receiver, target): number for receiver, target, number in connection.execute(query)}

    def orphans(self) -> Mapping[tuple[str, str], int]:
        """Return how many rows are put aside for each lane that is no longer configured."""
        lane = (outbox.c.receiver, outbox.c.target)
        query = select(*lane, func.count()).where(outbox.c.state == RowState.ORPHANED).group_by(*lane)
        with self._database.reading() as connection:
            return {(receiver, target): number for receiver, target, number in connection.execute(query)}

    def orphan(self, known: Collection[tuple[str, str]], now: datetime) -> int:
        """Put aside the rows of lanes that are no longer configured; return how many.

        ``known`` are the (receiver, label) of today. Rows of a lane that came back are due again.
        """
        at_home = tuple_(outbox.c.receiver, outbox.c.target).in_(list(known))
        with self._database.writing() as connection:
            revive(connection, and_(outbox.c.state == RowState.ORPHANED, at_home), now)
            todays = tuple_(pauses.c.receiver, pauses.c.target).in_(list(known))
            connection.execute(delete(pauses).where(~todays))
            homeless = and_(outbox.c.state.in_(WAITING), ~at_home)
            return end(connection, homeless, RowState.ORPHANED, now)

    def _lives(self, token: str) -> bool:
        pid, owner, _ = token.split(":")
        if int(pid) == os.getpid():
            return owner == self._owner
        return is_running(int(pid))
