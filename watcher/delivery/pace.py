"""The pace: what all lanes share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.alerts.outbox import Attempt, Claim

Tried = Callable[[Claim, Attempt], object]
"""Told of every try once it is written down, for each message in it; it must neither wait nor raise."""


def nobody(claim: Claim, attempt: Attempt) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What all lanes share: our deadline for a send, the lease that outlives it, the clock, chance, ears.

    ``glance`` is how soon a lane that waits sees that another process made rows due (`watcher outbox retry`).
    """

    wall: Callable[[], datetime]
    random: Callable[[], float]
    deadline: timedelta = timedelta(seconds=30)
    lease: timedelta = timedelta(seconds=60)
    glance: timedelta = timedelta(seconds=2)
    tried: Tried = nobody
