"""What waits: rows of the outbox and paused lanes, as they are listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Attempt, Outcome, RowState
from watcher.store.rows import notification_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One message to one target, with every try so far, oldest first. Times are UTC."""

    id: int
    receiver: str
    target: str
    notification: Notification
    state: RowState
    queued_at: datetime
    next_at: datetime | None
    possible_repeat: bool
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A lane that waits: since when, until when (UTC), and what its target said."""

    receiver: str
    target: str
    since: datetime
    next_at: datetime
    reason: str


def outbox_row_of(row: Row[Any], tries: Sequence[Attempt]) -> OutboxRow:
    """Return a stored row with its tries."""
    return OutboxRow(
        id=row.id,
        receiver=row.receiver,
        target=row.target,
        notification=notification_of(row.notification),
        state=RowState(row.state),
        queued_at=row.queued_at,
        next_at=row.next_at,
        possible_repeat=row.possible_repeat,
        attempts=tuple(tries),
    )


def attempt_of(row: Row[Any]) -> Attempt:
    """Return a stored try."""
    return Attempt(
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=Outcome(row.outcome),
        detail=row.detail,
        state=RowState(row.state),
        next_at=row.next_at,
    )


def pause_of(row: Row[Any]) -> Pause:
    """Return a stored pause."""
    return Pause(
        receiver=row.receiver, target=row.target, since=row.since, next_at=row.next_at, reason=row.reason
    )
