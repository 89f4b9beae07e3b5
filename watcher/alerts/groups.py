"""Groups: alerts of one rule that wait together for one receiver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from watcher.alerts.alert import Alert


class GroupKey(NamedTuple):
    """Which rule's alerts, and for whom."""

    rule: str
    receiver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What waits, and when this rule last spoke to this receiver (UTC)."""

    waiting: tuple[Alert, ...] = ()
    last_sent: datetime | None = None
