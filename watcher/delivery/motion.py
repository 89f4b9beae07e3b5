"""Motions: what a part of the daemon does, and how long that may take, so that a stuck one is known."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """One part's last move: what it does since then, and within which time it moves again.

    ``part`` and ``doing`` make a sentence: ``the poll of models`` ``has waited for answers`` (for 3 min).
    ``since`` is in monotonic seconds: no set clock moves them, and they stand still while the machine sleeps.
    """

    part: str
    doing: str
    since: float
    within: timedelta

    def overdue(self, now: float) -> timedelta:
        """Return for how long the part should have moved by now; negative or nothing while all is well."""
        return timedelta(seconds=now - self.since) - self.within


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSign:
    """What is seen of a lane from outside.

    ``took_at`` (monotonic seconds) is when it last found a row to send, at first when it was opened.
    ``rests_until`` (UTC) is set while its target had better not be asked.
    """

    name: str
    receiver: str
    target: str
    is_alive: bool
    motion: Motion | None
    took_at: float
    rests_until: datetime | None


class Mover:
    """What one part last said of itself; it is written by that part's thread, and read by any."""

    def __init__(self, part: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._part = part
        self._clock = clock
        # One frozen value, replaced as a whole: a reader sees a motion before or after, never half of one.
        self._motion: Motion | None = None

    def move(self, doing: str, *, within: timedelta) -> None:
        """Say what begins now and how long it may take until the next word."""
        self._motion = Motion(part=self._part, doing=doing, since=self._clock(), within=within)

    def again(self) -> None:
        """Say that the same goes on, and has made progress."""
        if self._motion is not None:
            self._motion = replace(self._motion, since=self._clock())

    def rest(self) -> None:
        """Say that nothing more is promised: the part has ended."""
        self._motion = None

    @property
    def motion(self) -> Motion | None:
        """Return the last move; None before the first and after the end."""
        return self._motion


class Movers:
    """The movers of one kind, by their part's name, each made when it is first asked for."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._movers: dict[str, Mover] = {}

    def of(self, part: str) -> Mover:
        """Return the mover of a part."""
        with self._lock:
            return self._movers.setdefault(part, Mover(part, self._clock))

    def motions(self) -> tuple[Motion, ...]:
        """Return the motion of every part that is under way."""
        with self._lock:
            found = [mover.motion for mover in self._movers.values()]
        return tuple(motion for motion in found if motion is not None)
