"""Steadiness: whether the wall clock goes as time does, or was set forward or back."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from watcher.daemon.clock import Clock, wall_clock
from watcher.messages.spans import duration

JUMP = timedelta(minutes=5)
"""Less is the daily work of NTP, and shorter than any interval at which we poll the real catalog."""

STEADY = timedelta(hours=1)
"""A clock that did not jump for so long is steady again."""

Elapsed = Callable[[], float]
"""Returns the seconds since some moment in the past; nobody can set it."""


def boot_time() -> float:
    """Return the seconds since the machine was started, those of its sleep among them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def elapsed_by(wall: Clock) -> Elapsed:
    """Return what a wall clock is held against; a clock that is not the machine's own is never set."""
    return boot_time if wall is wall_clock else lambda: wall().timestamp()


class Steadiness:
    """Holds the wall clock against one that nobody can set, from look to look."""

    def __init__(self, wall: Clock, elapsed: Elapsed) -> None:
        """Look at two clocks."""
        self._wall = wall
        self._elapsed = elapsed
        self._last: tuple[datetime, float] | None = None
        self._jumped: tuple[float, str] | None = None

    def look(self, ahead: timedelta = timedelta(0)) -> str | None:
        """Return how the clock jumped, None while it is steady.

        ``ahead`` is how far what was recorded lies in the future: so a clock that was set back while nobody
        looked is noticed.
        """
        wall, elapsed = self._wall(), self._elapsed()
        moved = timedelta(0)
        if self._last is not None:
            moved = (wall - self._last[0]) - timedelta(seconds=elapsed - self._last[1])
        self._last = wall, elapsed
        if abs(moved) >= JUMP:
            self._jumped = elapsed, _words(moved, wall)
        elif ahead >= JUMP:
            self._jumped = elapsed, _words(-ahead, wall)
        elif self._jumped is not None and elapsed - self._jumped[0] >= STEADY.total_seconds():
            self._jumped = None
        return None if self._jumped is None else self._jumped[1]


def _words(moved: timedelta, wall: datetime) -> str:
    way = "forward" if moved > timedelta(0) else "back"
    return f"it went {way} by {duration(abs(moved).total_seconds())}, to {wall:%Y-%m-%d %H:%M} UTC"
