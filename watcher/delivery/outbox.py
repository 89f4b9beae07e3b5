"""The outbox as the lanes see it: what they take from it, and what they tell it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from watcher.alerts.outbox import Attempt, Claim


class Outbox(Protocol):
    """A durable queue with one row per notification, receiver and target. All times are UTC.

    Every method may be called from any thread.
    """

    def claim(self, receiver: str, target: str, *, now: datetime, lease: timedelta) -> Claim | None:
        """Return the oldest row that is due, held for ``lease``, or None.

        Due are queued rows and rows in retry whose time has come. Of a paused target nothing that waited
        when it was paused is due before its pause ends; its oldest row is then the probe.
        """

    def claim_rest(self, claim: Claim, *, now: datetime, least: int) -> Sequence[Claim]:
        """Return all other rows of a claim's lane that are due, oldest first, held as long as it is.

        Nothing, when they are fewer than ``least``. Rows of a paused target are not among them.
        """

    def settle(self, claim: Claim, attempt: Attempt) -> bool:
        """Write a try down and give the row its next state; False when the claim was lost meanwhile."""

    def settle_all(self, claims: Sequence[Claim], attempt: Attempt) -> int:
        """Settle several claims that shared one try, all at once; return how many still held."""

    def next_due(self, receiver: str, target: str) -> datetime | None:
        """Return when the next row is due (it may be in the past), or None when nothing waits."""

    def recover(self, now: datetime) -> int:
        """Make rows whose sender died, or lost its lease, due as possible repeats; return how many."""

    def pause(self, receiver: str, target: str, *, now: datetime, next_at: datetime, reason: str) -> None:
        """Hold all rows of a target until ``next_at``, when the oldest may be tried."""

    def resume(self, receiver: str, target: str, now: datetime) -> None:
        """End a target's pause, and make its held rows and those in retry due: it is back."""
