"""One outbox, one clock and one scripted target, with the dispatcher that serves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.delivery.fakes import Clock, MemoryOutbox, Script, half
from tests.delivery.samples import notification
from watcher.delivery.dispatcher import Dispatcher
from watcher.delivery.evidence import Evidence
from watcher.delivery.pace import Pace
from watcher.delivery.target import ConsoleTarget

NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)
TARGET = ConsoleTarget(receiver="team", label="#a")


class House:
    """One outbox, one clock and one scripted target."""

    def __init__(self, *answers: Evidence, rows: int = 1) -> None:
        self.clock = Clock(NOON)
        self.outbox = MemoryOutbox()
        self.script = Script(*answers)
        for number in range(rows):
            self.outbox.enqueue(notification(number), "team", "#a", NOON)
        self.dispatcher = Dispatcher(self.outbox, Pace(wall=self.clock, random=half), lambda _: self.script)

    def run(self) -> None:
        self.dispatcher.start([TARGET])
        assert self.dispatcher.drain(self.clock.now + timedelta(seconds=5))

    def later(self, pause: timedelta) -> None:
        self.clock.now += pause
        self.run()

    def end(self) -> None:
        assert self.dispatcher.stop(5)


def run(*answers: Evidence, rows: int = 1) -> House:
    house = House(*answers, rows=rows)
    house.run()
    return house
