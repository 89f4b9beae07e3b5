"""Receivers: who is told, and when they want to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta

from watcher.alerts.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """A daily span of local time in which messages are held; it may cross midnight.

    ``exempt`` is the least severity that is told all the same; None holds everything.
    """

    start: time
    end: time
    exempt: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The local time at which held messages leave: every day, or on one weekday (Monday is 0)."""

    at: time
    weekday: int | None = None
    exempt: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """The gates in front of one receiver; where it lives is delivery's concern.

    ``max_backlog`` is how many messages may wait for one of its targets.
    """

    name: str
    group_wait: timedelta = timedelta(seconds=30)
    group_interval: timedelta = timedelta(minutes=5)
    quiet_hours: QuietHours | None = None
    digest: Digest | None = None
    min_severity: Severity = Severity.INFO
    resolved: bool = True
    all_quiet: timedelta | None = None
    max_backlog: int = 10_000
