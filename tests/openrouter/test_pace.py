from __future__ import annotations

import asyncio
import tracemalloc
from datetime import timedelta

from watcher.openrouter.pace import HOUR, MINUTE, Pace

KB = 1024


class Seconds:
    """Monotonic seconds that pass when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def pace(seconds: Seconds, *, per_minute: int, per_hour: int | None = None) -> Pace:
    patience = timedelta(hours=2)
    return Pace(
        per_minute=per_minute, per_hour=per_hour, patience=patience, clock=seconds, sleep=seconds.sleep
    )


def starts(turns: int, apart: float, *, per_minute: int, per_hour: int | None = None) -> list[float]:
    """Take turns that are wanted so many seconds apart; return when each came."""
    seconds = Seconds()
    asked = pace(seconds, per_minute=per_minute, per_hour=per_hour)

    async def take() -> list[float]:
        found = []
        for _ in range(turns):
            assert await asked.turn() is None
            found.append(seconds.now)
            seconds.now += apart
        return found

    return asyncio.run(take())


def test_no_minute_and_no_hour_sees_more_starts_than_it_may() -> None:
    found = starts(200, 0.5, per_minute=7, per_hour=50)

    assert all(later - earlier >= MINUTE for earlier, later in zip(found, found[7:], strict=False))
    assert all(later - earlier >= HOUR for earlier, later in zip(found, found[50:], strict=False))
    assert found[49] < 8 * MINUTE


def test_requests_that_are_rarer_than_the_rates_never_wait() -> None:
    found = starts(100, 10.0, per_minute=7, per_hour=400)

    assert found == [turn * 10.0 for turn in range(100)]


def test_a_rate_that_is_never_reached_takes_no_memory_as_time_goes_by() -> None:
    tracemalloc.start()
    try:
        seconds = Seconds()
        asked = pace(seconds, per_minute=1_000_000, per_hour=60_000_000)

        async def take(turns: int) -> None:
            for _ in range(turns):
                await asked.turn()
                seconds.now += 10.0

        asyncio.run(take(400))
        before, _ = tracemalloc.get_traced_memory()
        asyncio.run(take(10_000))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert after - before < 20 * KB
