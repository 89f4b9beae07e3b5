"""The schedule: when each surface is swept next."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from watcher.catalog.names import BEHIND_THE_PAGES, Surface
from watcher.judgement.state import UNREAD_SURFACE, SurfaceHealth

Luck = Callable[[Surface, datetime], float]
"""A number in [0, 1) for one attempt on one surface, the same whenever it is asked for."""

JITTER = 0.05
"""Intervals vary by this share either way: ``for`` is met at 90 % of its length because polls do."""

FIRST_RETRY = timedelta(minutes=1)
PATIENT = frozenset({*BEHIND_THE_PAGES, Surface.FRONTEND, Surface.SCHEMA})
FIRST_LOOK = 0.25
"""A surface that nobody promised is looked for again after this part of its interval, not after a minute."""

MOST_DOUBLINGS = 20
SPREAD = 3
"""A sweep of many requests takes one part of so many of its interval."""

HOUR = timedelta(hours=1)
PART = 0.5
MOST_OF_IT = 0.9


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
    the interval; the frontend is looked for again after a quarter of it. Time that was slept through is not
    made up for. An attempt in the future means that the clock was set back: one sweep now sets it right.
    """
    if health.attempted_at is None or health.attempted_at > now:
        return now
    jitter = 1 + JITTER * (2 * luck(surface, health.attempted_at) - 1)
    return health.attempted_at + _wait(surface, health.failures, interval) * jitter


def is_fresh(surface: Surface, health: SurfaceHealth, interval: timedelta, now: datetime) -> bool:
    """Tell whether a single sweep now may leave a surface out: one behind the pages, believed lately."""
    return surface in PATIENT and surface is not Surface.FRONTEND and is_within(health, interval, now)


def is_within(health: SurfaceHealth, interval: timedelta, now: datetime) -> bool:
    """Tell whether a surface was believed within its interval."""
    believed = health.believed_at
    return believed is not None and timedelta(0) <= now - believed < interval * MOST_OF_IT


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


def spread_of(
    health: SurfaceHealth, interval: timedelta, requests: int = 0, per_hour: int | None = None
) -> timedelta:
    """Return how long the requests of one sweep are spread; the first sweep of all is not kept waiting.

    Where the requests of an hour are limited, a sweep takes so long that it leaves half of them to others.
    """
    usual = timedelta(0) if health.believed_at is None else interval / SPREAD
    if per_hour is None:
        return usual
    least = HOUR * requests / (per_hour * PART)
    return min(max(usual, least), interval * MOST_OF_IT)


def _wait(surface: Surface, failures: int, interval: timedelta) -> timedelta:
    if failures == 0:
        return interval
    doublings: int = min(failures - 1, MOST_DOUBLINGS)
    first = interval * FIRST_LOOK if surface in PATIENT else FIRST_RETRY
    return min(interval, first * (1 << doublings))
