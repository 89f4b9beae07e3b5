"""Notifications: alerts of one rule that go to one receiver together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from watcher.alerts.alert import Alert, Status
from watcher.alerts.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message before it has words; ``at`` is when it leaves (UTC). ``alerts`` is never empty."""

    at: datetime
    receiver: str
    rule: str
    severity: Severity
    alerts: tuple[Alert, ...]

    @property
    def status(self) -> Status:
        """Return firing as long as anything in it fires."""
        firing = any(alert.status is Status.FIRING for alert in self.alerts)
        return Status.FIRING if firing else Status.RESOLVED

    @property
    def id(self) -> str:
        """Return the message's own name: the same alerts to the same receiver at the same time."""
        parts = (f"{alert.id}:{alert.status}" for alert in self.alerts)
        text = "\n".join((self.receiver, self.rule, self.at.isoformat(), *parts))
        return hashlib.sha256(text.encode()).hexdigest()[:24]
