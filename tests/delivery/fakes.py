"""Working fakes: an outbox in memory, a transport that does as it is told, a clock that is set by hand."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Attempt, Claim, Outcome, RowState
from watcher.delivery.evidence import Evidence
from watcher.delivery.transport import Post

WAITING = (RowState.QUEUED, RowState.RETRY, RowState.PAUSED)


@dataclasses.dataclass(slots=True)
class Row:
    """One row; ``lease_until`` is set while it is being sent."""

    id: int
    notification: Notification
    receiver: str
    target: str
    queued_at: datetime
    next_at: datetime
    state: RowState = RowState.QUEUED
    attempts: int = 0
    possible_repeat: bool = False
    token: str = ""
    tries: list[Attempt] = dataclasses.field(default_factory=list)


class MemoryOutbox:
    """Fits delivery's Protocol; ``enqueue`` and ``rows`` are for tests."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._lock = threading.Lock()
        self._tokens = 0

    def enqueue(self, notification: Notification, receiver: str, target: str, now: datetime) -> int:
        with self._lock:
            row = Row(len(self._rows) + 1, notification, receiver, target, now, now)
            self._rows.append(row)
            return row.id

    def rows(self) -> list[Row]:
        with self._lock:
            return [dataclasses.replace(row, tries=list(row.tries)) for row in self._rows]

    def states(self) -> list[RowState]:
        return [row.state for row in self.rows()]

    def claim(self, receiver: str, target: str, *, now: datetime, lease: timedelta) -> Claim | None:
        with self._lock:
            due = (row for row in self._waiting(receiver, target) if row.next_at <= now)
            row = next(due, None)
            if row is None:
                return None
            self._tokens += 1
            row.state, row.token = RowState.SENDING, str(self._tokens)
            return _claim_of(row, now + lease)

    def claim_rest(self, claim: Claim, *, now: datetime, least: int) -> list[Claim]:
        with self._lock:
            waiting = self._waiting(claim.receiver, claim.target)
            due = [row for row in waiting if row.next_at <= now and row.state is not RowState.PAUSED]
            if len(due) < least:
                return []
            for row in due:
                row.state, row.token = RowState.SENDING, claim.token
            return [_claim_of(row, claim.lease_until) for row in due]

    def settle_all(self, claims: Sequence[Claim], attempt: Attempt) -> int:
        return sum(self.settle(claim, attempt) for claim in claims)

    def settle(self, claim: Claim, attempt: Attempt) -> bool:
        with self._lock:
            row = self._rows[claim.row - 1]
            if row.state is not RowState.SENDING or row.token != claim.token:
                return False
            row.state, row.token = attempt.state, ""
            row.next_at = attempt.next_at or attempt.ended_at
            row.attempts += 1
            row.possible_repeat |= attempt.outcome is Outcome.UNKNOWN
            row.tries.append(attempt)
            return True

    def next_due(self, receiver: str, target: str) -> datetime | None:
        with self._lock:
            return min((row.next_at for row in self._waiting(receiver, target)), default=None)

    def recover(self, now: datetime) -> int:
        with self._lock:
            cut_off = [row for row in self._rows if row.state is RowState.SENDING]
            for row in cut_off:
                row.state, row.token, row.next_at = RowState.RETRY, "", now
                row.possible_repeat = True
            return len(cut_off)

    def pause(self, receiver: str, target: str, *, now: datetime, next_at: datetime, reason: str) -> None:  # noqa: ARG002  # the Protocol's signature
        with self._lock:
            for row in self._waiting(receiver, target):
                row.state, row.next_at = RowState.PAUSED, next_at

    def resume(self, receiver: str, target: str, now: datetime) -> None:
        with self._lock:
            for row in self._waiting(receiver, target):
                row.next_at = min(row.next_at, now)
                row.state = RowState.QUEUED if row.state is RowState.PAUSED else row.state

    def _waiting(self, receiver: str, target: str) -> Iterable[Row]:
        return (
            row
            for row in self._rows
            if (row.receiver, row.target) == (receiver, target) and row.state in WAITING
        )


def _claim_of(row: Row, lease_until: datetime) -> Claim:
    return Claim(
        row=row.id,
        token=row.token,
        notification=row.notification,
        receiver=row.receiver,
        target=row.target,
        attempts=row.attempts,
        possible_repeat=row.possible_repeat,
        queued_at=row.queued_at,
        lease_until=lease_until,
    )


class Script:
    """A transport that answers with a list of evidence, then with deliveries, and remembers what it sent."""

    spacing = timedelta(0)

    def __init__(self, *answers: Evidence) -> None:
        self._answers = list(answers)
        self.sent: list[tuple[Notification, bool]] = []

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:
        def post(limit: timedelta) -> Evidence:  # noqa: ARG001  # nothing here takes time
            self.sent.append((notification, repeat))
            return self._answers.pop(0) if self._answers else Evidence(delivered=True, detail="ok")

        return post


class Clock:
    """A wall clock that stands until it is set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def half() -> float:
    """Return the middle of chance."""
    return 0.5


Random = Callable[[], float]
