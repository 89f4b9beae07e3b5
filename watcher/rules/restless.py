"""Restless subjects: those that one rule told three times in a day get one line a day until they calm down.

Four auction-priced models alone made 95 messages a week of a ten-model list (observed, July 2026).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Restless:
    """How often a rule spoke of a subject lately (UTC times within the last day).

    ``since`` is set while the subject is restless; then ``held`` counts the moves since the last daily line,
    ``low`` and ``high`` are the range of the fact that moved most lately, and ``line_at`` is when the next
    line is due.
    """

    told: tuple[datetime, ...] = ()
    since: datetime | None = None
    held: int = 0
    field: str | None = None
    low: str | None = None
    high: str | None = None
    line_at: datetime | None = None
