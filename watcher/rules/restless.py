"""Restless subjects: those that one rule told three times in a day get one line a day until they calm down.

Four auction-priced models alone made 95 messages a week of a ten-model list (observed, July 2026).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from watcher.alerts.alert import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Restless:
    """How often a rule spoke of a subject lately (UTC times within the last day).

    ``since`` is set while the subject is restless; then ``told`` ends with its last move, ``waiting`` is what
    the next daily line will say, one alert a fact, and ``line_at`` when it is due.
    """

    told: tuple[datetime, ...] = ()
    since: datetime | None = None
    line_at: datetime | None = None
    waiting: tuple[Alert, ...] = ()
