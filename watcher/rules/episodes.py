"""Episodes: the life of a level, from pending over firing to resolved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from watcher.rules.level import Side
from watcher.rules.subject import Subject


class EpisodeKey(NamedTuple):
    """Whose episode: the rule's name and the subject's lasting id."""

    rule: str
    uid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One subject on the wrong side of one level.

    ``since`` is the first wrong reading, ``lasted`` the sum of intervals between consecutive known readings
    on the wrong side (UTC times). ``fired_at`` is None while pending. ``told_to`` are the receivers that got
    the firing: only they get the resolution. ``good_since`` is set while a recovery waits for
    ``keep_firing_for``.
    """

    alert_id: str
    subject: Subject
    since: datetime
    not_before: datetime | None
    lasted: timedelta
    read_at: datetime
    side: Side
    value: float
    worst: float
    fired_at: datetime | None = None
    good_since: datetime | None = None
    told_to: frozenset[str] = frozenset()
    last_told: datetime | None = None
    inhibited: bool = False
