"""The outbox's words: one row per notification, receiver and target, and what became of each try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watcher.alerts.notification import Notification


class RowState(StrEnum):
    """Where a row stands; ``delivered``, ``dead``, ``orphaned`` and ``discarded`` rows are never claimed."""

    QUEUED = "queued"
    SENDING = "sending"
    RETRY = "retry"
    PAUSED = "paused"
    DEAD = "dead"
    ORPHANED = "orphaned"
    DELIVERED = "delivered"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A row that one lane holds until ``lease_until`` (UTC); ``token`` proves it.

    ``attempts`` counts the tries before this one. ``possible_repeat`` says that an earlier try ended unknown.
    """

    row: int
    token: str
    notification: Notification
    receiver: str
    target: str
    attempts: int
    possible_repeat: bool
    queued_at: datetime
    lease_until: datetime


class Outcome(StrEnum):
    """How one try ended; ``unknown`` may have arrived (cut by our deadline, or by a crash)."""

    DELIVERED = "delivered"
    RETRY = "retry"
    TARGET_FAULT = "target_fault"
    MESSAGE_FAULT = "message_fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try: when (UTC), how it ended, what the other side said (no secret), and when to try again.

    ``next_at`` is None when nothing more is to be done. ``state`` is what the row becomes.
    """

    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    detail: str
    state: RowState
    next_at: datetime | None = None
