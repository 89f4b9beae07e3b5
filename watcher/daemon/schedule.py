"""The schedule: when each surface is swept next."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from watcher.catalog.names import Surface
from watcher.judgement.state import UNREAD_SURFACE, SurfaceHealth

Luck = Callable[[Surface, datetime], float]
"""A number in [0, 1) for one attempt on one surface, the same whenever it is asked for."""

JITTER = 0.05
"""Intervals vary by this share either way: ``for`` is met at 90 % of its length because polls do."""

FIRST_RETRY = timedelta(minutes=1)
MOST_DOUBLINGS = 20
SPREAD = 3
"""A sweep of many requests takes one part of so many of its interval."""


def seeded(seed: str) -> Luck:
    """Return a luck that differs from one installation to another, so that they do not poll in step."""

    def luck(surface: Surface, attempted_at: datetime) -> float:
        return random.Random(f"{seed} {surface} {attempted_at.isoformat()}").random()  # noqa: S311  # no secret

    return luck


def due_at(
    surface: Surface, health: SurfaceHealth, interval: timedelta, now: datetime, luck: Luck
) -> datetime:
    """Return when a surface is due, ``now`` or earlier when it is overdue.

    It is due an interval after its last attempt, and sooner after failures: a minute, then twice that, up to
    the interval. Time that was slept through is not made up for. An attempt in the future means that the
    clock was set back: one sweep now sets it right.
    """
    if health.attempted_at is None or health.attempted_at > now:
        return now
    jitter = 1 + JITTER * (2 * luck(surface, health.attempted_at) - 1)
    return health.attempted_at + _wait(health.failures, interval) * jitter


def timetable(
    surfaces: Iterable[Surface],
    healths: Mapping[Surface, SurfaceHealth],
    intervals: Mapping[Surface, timedelta],
    now: datetime,
    luck: Luck,
) -> Mapping[Surface, datetime]:
    """Return when each surface is due, soonest first; equally due ones in the order they are given."""
    due = {
        surface: due_at(surface, healths.get(surface, UNREAD_SURFACE), intervals[surface], now, luck)
        for surface in surfaces
    }
    return dict(sorted(due.items(), key=lambda entry: entry[1]))


def spread_of(health: SurfaceHealth, interval: timedelta) -> timedelta:
    """Return how long the requests of one sweep are spread; the first sweep of all is not kept waiting."""
    return timedelta(0) if health.believed_at is None else interval / SPREAD


def _wait(failures: int, interval: timedelta) -> timedelta:
    if failures == 0:
        return interval
    doublings: int = min(failures - 1, MOST_DOUBLINGS)
    return min(interval, FIRST_RETRY * (1 << doublings))
