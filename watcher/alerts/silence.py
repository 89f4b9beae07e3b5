"""Silences: what somebody does not want to hear of for a while."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from watcher.alerts.alert import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A span (UTC) in which matching alerts are listed and not sent.

    ``rule``, ``model``, ``provider`` and ``subject`` are shell globs, ``alert`` an id or its beginning; what
    is None matches everything, and what is given must all match. At least one is given.
    """

    starts: datetime
    ends: datetime
    comment: str = ""
    rule: str | None = None
    model: str | None = None
    provider: str | None = None
    subject: str | None = None
    alert: str | None = None

    @property
    def id(self) -> str:
        """Return the silence's name, by which it is expired."""
        parts = (self.rule, self.model, self.provider, self.subject, self.alert, self.starts.isoformat())
        return hashlib.sha256("\n".join(part or "" for part in parts).encode()).hexdigest()[:8]

    def is_active(self, now: datetime) -> bool:
        """Tell whether the silence holds at a time."""
        return self.starts <= now < self.ends

    def matches(self, alert: Alert) -> bool:
        """Tell whether an alert is meant."""
        globs = (
            (self.rule, alert.rule),
            (self.model, alert.model),
            (self.provider, alert.provider),
            (self.subject, alert.subject),
        )
        if self.alert is not None and not alert.id.startswith(self.alert):
            return False
        return all(glob is None or (name is not None and fnmatchcase(name, glob)) for glob, name in globs)


def silenced(alert: Alert, silences: Iterable[Silence], now: datetime) -> Silence | None:
    """Return the silence that hides an alert now and ends last, or None."""
    hiding = (silence for silence in silences if silence.is_active(now) and silence.matches(alert))
    return max(hiding, key=lambda silence: silence.ends, default=None)
