"""The rulebook: every rule and gate a decision needs, as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from watcher.alerts.receiver import Receiver
from watcher.catalog.names import BEHIND_THE_PAGES, Surface
from watcher.rules.rule import Rule

SCHEMA_EVERY = timedelta(days=1)
SLOW = {Surface.ACTIVITY: 6, Surface.AUTHORS: 6, Surface.VERSIONS: 6}
"""So many times less often than the rest of the frontend: they tell of days. But more than once a day, for
what is not known for a day is closed."""
DEFAULT_INTERVALS: Mapping[Surface, timedelta] = {
    Surface.MODELS: timedelta(minutes=5),
    Surface.ENDPOINTS: timedelta(minutes=15),
    Surface.PROVIDERS: timedelta(hours=1),
    Surface.ZDR: timedelta(hours=1),
    Surface.FRONTEND: timedelta(hours=1),
    **dict.fromkeys(BEHIND_THE_PAGES, timedelta(hours=1)),
    **{surface: timedelta(hours=1) * times for surface, times in SLOW.items()},
    Surface.SCHEMA: SCHEMA_EVERY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """What to tell, to whom, and how patient to be.

    ``confirm_after`` is how long an absence must last to be believed; ``intervals`` is how often each
    surface is swept.
    """

    rules: tuple[Rule, ...]
    receivers: tuple[Receiver, ...]
    confirm_after: timedelta = timedelta(minutes=15)
    intervals: Mapping[Surface, timedelta] = field(default_factory=lambda: DEFAULT_INTERVALS)
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
