"""The ledger: what is known, and the one transaction that follows from each poll."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from watcher.alerts.notification import Notification
from watcher.alerts.troubles import BACKLOG_CUT, RECEIVER_PAUSED, TargetTrouble, Trouble, Troubles
from watcher.catalog.sheets import Seen
from watcher.daemon.machine.machine import UNWRITTEN, Machine
from watcher.daemon.machine.steadiness import JUMP
from watcher.daemon.past.courses import with_courses
from watcher.judgement.decide import decide
from watcher.judgement.decision import Decision
from watcher.judgement.intake.set_back import ahead_of
from watcher.judgement.state import State
from watcher.judgement.troubles.unwell import cried_out
from watcher.rules.rulebook import Rulebook
from watcher.store.baseline import Loaded
from watcher.store.errors import Conflict, Full, StoreError
from watcher.store.rows import backlog_over
from watcher.store.store import Store

log = structlog.get_logger()

TRIES = 5
"""So often a decision is made anew because somebody else committed in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A decision that is on the disk, and what it was made upon; ``seen`` is None where only time passed.

    ``set_back`` says that the clock was set back before it.
    """

    before: State
    decision: Decision
    seen: Seen | None
    set_back: bool = False


class Ledger:
    """Judges what is seen and writes down what follows; one at a time.

    The state stays in memory beside the store's version: as long as that version stands, nobody else wrote.
    ``labels`` are the targets of each receiver; ``machine`` tells what is wrong with our own.
    """

    def __init__(
        self,
        store: Store,
        rulebook: Rulebook,
        labels: Mapping[str, Sequence[str]],
        machine: Machine | None = None,
    ) -> None:
        self._store = store
        self._machine = machine
        self.rulebook = rulebook
        self._labels = labels
        self._loaded = store.loaded()
        self.next_due: datetime | None = None

    @property
    def state(self) -> State:
        """Return what is known after the last entry."""
        return self._loaded.state

    def enter(self, seen: Seen | None, now: datetime) -> Entry:
        """Decide upon what was seen (None: only time passed) and commit all of it. Raises StoreError."""
        try:
            entry = self._entered_with_room(seen, now)
        except StoreError as error:
            if self._machine is not None:
                self._machine.lost(str(error), now)
            raise
        if self._machine is not None:
            self._machine.written()
        return entry

    def cry(self, now: datetime) -> tuple[Notification, ...]:
        """Return, once, what must be told although nothing can be written; nothing when all is well."""
        reason = None if self._machine is None else self._machine.cry()
        return () if reason is None else cried_out(self.rulebook, UNWRITTEN, reason, now)

    def _entered_with_room(self, seen: Seen | None, now: datetime) -> Entry:
        try:
            return self._entered(seen, now)
        except Full:
            if self._machine is None or not self._machine.make_room():
                raise
            return self._entered(seen, now)

    def _entered(self, seen: Seen | None, now: datetime) -> Entry:
        for _ in range(TRIES - 1):
            try:
                return self._enter(seen, now)
            except Conflict:
                self._loaded = self._store.loaded()
        return self._enter(seen, now)

    def _enter(self, seen: Seen | None, now: datetime) -> Entry:
        before, version = self._loaded
        ahead = ahead_of(before, now)
        decision = decide(before, seen, self.rulebook, now, troubles=self._troubles(ahead))
        rows = self._rows(decision.notifications, now)
        version = self._store.commit(before, decision, rows, now=now, expected_version=version)
        self._loaded = Loaded(decision.state, version)
        self.next_due = decision.next_due
        self._bound(rows, now)
        if ahead >= JUMP:
            self._store.outbox.hasten(now)
        return Entry(before=before, decision=decision, seen=seen, set_back=ahead >= JUMP)

    def _troubles(self, ahead: timedelta) -> Troubles:
        own: Troubles = {} if self._machine is None else self._machine.troubles(ahead)
        paused: dict[Trouble, str] = {
            TargetTrouble(RECEIVER_PAUSED, pause.receiver, pause.target): pause.reason
            for pause in self._store.queries.pauses()
            if pause.target in self._labels.get(pause.receiver, ())
        }
        full: dict[Trouble, str] = {
            TargetTrouble(BACKLOG_CUT, receiver, target): backlog_over(self._limit_of(receiver))
            for (receiver, target), waiting in self._store.outbox.backlogs().items()
            if waiting >= self._limit_of(receiver)
        }
        return {**paused, **full, **own}

    def _bound(self, rows: Sequence[tuple[Notification, str]], now: datetime) -> None:
        """Keep the backlog of each target that something was queued for within its limit."""
        for receiver, target in {(notification.receiver, label) for notification, label in rows}:
            limit = self._limit_of(receiver)
            dropped = self._store.outbox.cut(receiver, target, limit, now)
            if dropped:
                reason = backlog_over(limit)
                log.error(
                    "delivery.backlog_cut", receiver=receiver, target=target, rows=dropped, reason=reason
                )

    def _limit_of(self, receiver: str) -> int:
        limits = (known.max_backlog for known in self.rulebook.receivers if known.name == receiver)
        return next(limits, sys.maxsize)

    def _rows(self, notifications: Sequence[Notification], now: datetime) -> list[tuple[Notification, str]]:
        told = with_courses(notifications, self._store.queries, now)
        return [
            (notification, label) for notification in told for label in self._labels[notification.receiver]
        ]
