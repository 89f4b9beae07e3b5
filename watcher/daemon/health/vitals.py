"""Vitals: where the daemon's parts leave their signs, and where its health is asked for; any thread may."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.daemon.health.health import Health, Signs, StoreSign, judge, overlooked
from watcher.delivery.motion import LaneSign, Movers

LOOP = "the event loop"
LOOP_PATIENCE = timedelta(seconds=30)
"""A decision and its commit hold the loop for a second or two, another program's lock on the file 10 s."""


def patience_of(watchdog: timedelta | None) -> timedelta:
    """Return how long the loop may be busy: half of what the watchdog is expected within, if that is less."""
    return LOOP_PATIENCE if watchdog is None else min(LOOP_PATIENCE, watchdog / 2)


class Vitals:
    """The signs of one daemon. ``lanes`` gives those of delivery; ``clock`` counts monotonic seconds."""

    def __init__(
        self,
        lanes: Callable[[], Sequence[LaneSign]] = tuple,
        *,
        loop_patience: timedelta = LOOP_PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.movers = Movers(clock)
        """Where the parts of the event loop say what they do."""
        self._lanes = lanes
        self.loop_patience = loop_patience
        self._clock = clock
        self._stands = False
        self._store = StoreSign()
        self._overlooked: Mapping[str, float] = {}

    def health(self) -> Health:
        """Return the health now."""
        return judge(self._signs(), self._clock())

    def stand(self) -> None:
        """Note that configuration, state and the first poll's schedule stand."""
        self._stands = True

    def fall(self) -> None:
        """Note that the daemon begins to stop."""
        self._stands = False

    def turned(self) -> None:
        """Note that the event loop came round."""
        self.movers.of(LOOP).move("has been busy with one thing", within=self.loop_patience)

    def stopped_turning(self) -> None:
        """Note that the event loop has ended as it should."""
        self.movers.of(LOOP).rest()

    def writing(self) -> None:
        """Note that a tiny write into the store begins."""
        self._store = replace(self._store, asked_at=self._clock())

    def written(self) -> None:
        """Note that it succeeded."""
        self._store = StoreSign()

    def refused(self, reason: str) -> None:
        """Note that it failed."""
        since = self._store.failing_since
        self._store = StoreSign(failing_since=self._clock() if since is None else since, reason=reason)

    def due(self, rows: Mapping[str, datetime], wall: datetime) -> None:
        """Note when the next row of each lane (by its sign's name) is due; ``wall`` is now (UTC)."""
        found = overlooked(self._overlooked, self._lanes(), rows, wall=wall, now=self._clock())
        self._overlooked = found

    def _signs(self) -> Signs:
        return Signs(
            stands=self._stands,
            motions=self.movers.motions(),
            lanes=self._lanes(),
            overlooked=self._overlooked,
            store=self._store,
        )
