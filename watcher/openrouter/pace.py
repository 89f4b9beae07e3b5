"""Pace: how often we ask at most, and the pause that upstream asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta

MINUTE = 60.0
HOUR = 3600.0


class Pace:
    """The turn-taking of all requests of one client.

    In no 60 s do more than ``per_minute`` requests start, in no hour more than ``per_hour`` where it is set,
    and none starts while upstream's pause lasts. ``clock`` counts monotonic seconds. Under the rates a turn
    costs a look at the clock. A pace ``within`` another one takes turns of both; pauses of the outer one hold
    for the inner one, not the other way round.
    """

    def __init__(
        self,
        *,
        per_minute: int,
        per_hour: int | None = None,
        patience: timedelta,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
        within: Pace | None = None,
    ) -> None:
        self._starts: deque[float] = deque(maxlen=per_minute)
        self._in_the_hour: deque[float] | None = None if per_hour is None else deque(maxlen=per_hour)
        self._patience = patience.total_seconds()
        self._paused_until = clock()
        self._clock = clock
        self._sleep = sleep
        self._within = within

    def pause(self, length: timedelta) -> None:
        """Let nobody ask for a while; the longest of several pauses counts."""
        self._paused_until = max(self._paused_until, self._clock() + length.total_seconds())

    async def turn(self) -> str | None:
        """Wait for a turn and take it; return why not where the wait is beyond our patience."""
        while (wait := self._wait()) > 0:
            reason = self._beyond_patience()
            if reason is not None:
                return reason
            await self._sleep(wait)
        self._take()
        return None

    async def until(self, moment: float) -> None:
        """Wait for a moment of the clock; one that has passed costs nothing."""
        wait = moment - self._clock()
        if wait > 0:
            await self._sleep(wait)

    def now(self) -> float:
        """Return the clock's monotonic seconds."""
        return self._clock()

    def spent(self) -> int:
        """Return how many requests started in the last hour, where they are counted; 0 where not."""
        if self._in_the_hour is None:
            return 0
        since = self._clock() - HOUR
        return sum(start > since for start in self._in_the_hour)

    def _take(self) -> None:
        now = self._clock()
        _note(self._starts, MINUTE, now)
        if self._in_the_hour is not None:
            _note(self._in_the_hour, HOUR, now)
        if self._within is not None:
            self._within._take()  # noqa: SLF001  # the same class

    def _wait(self) -> float:
        """Return the seconds until a turn is free."""
        now = self._clock()
        wait = max(self._paused_until - now, _crowded(self._starts, MINUTE, now))
        if self._in_the_hour is not None:
            wait = max(wait, _crowded(self._in_the_hour, HOUR, now))
        return wait if self._within is None else max(wait, self._within._wait())  # noqa: SLF001  # as above

    def _beyond_patience(self) -> str | None:
        pause = self._paused_until - self._clock()
        if pause > self._patience:
            return f"not asked: upstream asked for a pause, of which {pause:.0f} s are left"
        full = _crowded(self._in_the_hour, HOUR, self._clock())
        if full > self._patience:
            return f"not asked: the requests of this hour are spent, the next one is free in {full:.0f} s"
        return None if self._within is None else self._within._beyond_patience()  # noqa: SLF001  # as above


def _note(starts: deque[float], span: float, now: float) -> None:
    """Note a start, and forget those that count no longer: a generous rate must not fill memory."""
    while starts and starts[0] + span <= now:
        starts.popleft()
    starts.append(now)


def _crowded(starts: deque[float] | None, span: float, now: float) -> float:
    if starts is None or len(starts) < (starts.maxlen or 0):
        return 0.0
    return starts[0] + span - now
