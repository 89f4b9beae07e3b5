"""Pace: how often we ask at most, and the pause that upstream asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta

MINUTE = 60.0


class Pace:
    """The turn-taking of all requests of one client.

    In no 60 s do more than ``per_minute`` requests start, and none starts while upstream's pause lasts.
    ``clock`` counts monotonic seconds. Under the rate a turn costs one look at the clock.
    """

    def __init__(
        self,
        *,
        per_minute: int,
        patience: timedelta,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._starts: deque[float] = deque(maxlen=per_minute)
        self._patience = patience.total_seconds()
        self._paused_until = clock()
        self._clock = clock
        self._sleep = sleep

    def pause(self, length: timedelta) -> None:
        """Let nobody ask for a while; the longest of several pauses counts."""
        self._paused_until = max(self._paused_until, self._clock() + length.total_seconds())

    async def turn(self) -> timedelta | None:
        """Wait for a turn and take it; a pause above our patience is returned, and no turn taken."""
        while True:
            now = self._clock()
            pause = self._paused_until - now
            if pause > self._patience:
                return timedelta(seconds=pause)
            wait = max(pause, self._crowded_for(now))
            if wait <= 0:
                self._starts.append(now)
                return None
            await self._sleep(wait)

    async def until(self, moment: float) -> None:
        """Wait for a moment of the clock; one that has passed costs nothing."""
        wait = moment - self._clock()
        if wait > 0:
            await self._sleep(wait)

    def now(self) -> float:
        """Return the clock's monotonic seconds."""
        return self._clock()

    def _crowded_for(self, now: float) -> float:
        if len(self._starts) < (self._starts.maxlen or 0):
            return 0.0
        return self._starts[0] + MINUTE - now
