"""The dispatcher: all lanes together."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from watcher.delivery.lanes import Lane
from watcher.delivery.motion import LaneSign
from watcher.delivery.outbox import Outbox
from watcher.delivery.pace import Pace
from watcher.delivery.quiet import mute_libraries
from watcher.delivery.target import Target
from watcher.delivery.transport import Transport


class Dispatcher:
    """Starts, wakes and stops lanes; it knows nothing but the outbox.

    ``open_lane`` gives a target its transport (``watcher.delivery.open``).
    """

    def __init__(self, outbox: Outbox, pace: Pace, open_lane: Callable[[Target], Transport]) -> None:
        self._outbox = outbox
        self._pace = pace
        self._open = open_lane
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._recovered = False

    def start(self, targets: Sequence[Target]) -> None:
        """Give each target a lane; called again, it keeps unchanged lanes, opens new ones and stops the rest.

        The first call makes what a dead process left in sending due again.
        """
        if not self._recovered:
            mute_libraries()
            self._outbox.recover(self._pace.wall())
            self._recovered = True
        wanted = {(target.receiver, target.label): target for target in targets}
        for key, lane in list(self._lanes.items()):
            if wanted.get(key) != lane.target:
                self._lanes.pop(key).stop()
        for key, target in wanted.items():
            if key not in self._lanes:
                lane = Lane(target, self._open(target), self._outbox, self._pace)
                lane.start()
                self._lanes[key] = lane

    def wake(self) -> None:
        """Let every lane look into the outbox now: something was committed."""
        for lane in self._lanes.values():
            lane.wake()

    def rouse(self) -> None:
        """Let every lane look into the outbox now, also one that rests: the clock was set back."""
        for lane in self._lanes.values():
            lane.rouse()

    def drain(self, until: datetime) -> bool:
        """Send what is due, wait until ``until`` (UTC) at most, and tell whether nothing due is left."""
        self.wake()
        end = time.monotonic() + (until - self._pace.wall()).total_seconds()
        idle = [lane.wait_idle(end - time.monotonic()) for lane in self._lanes.values()]
        return all(idle)

    def stop(self, timeout: float) -> bool:
        """Begin nothing more, wait at most so many seconds for sends under way, and tell whether all ended.

        What is still under way then stays leased, and is sent again as a possible repeat.
        """
        for lane in self._lanes.values():
            lane.stop()
        end = time.monotonic() + timeout
        ended = [lane.join(end - time.monotonic()) for lane in self._lanes.values()]
        return all(ended)

    def is_alive(self) -> bool:
        """Tell whether every lane's thread runs: the health that a watchdog asks for."""
        return all(lane.is_alive() for lane in self._lanes.values())

    def signs(self) -> tuple[LaneSign, ...]:
        """Return what is seen of every lane, for whoever judges the daemon's health; any thread may ask."""
        return tuple(lane.sign() for lane in tuple(self._lanes.values()))
