"""The whole of delivery against real peers on loopback."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.delivery.fakes import MemoryOutbox
from tests.delivery.samples import notification
from tests.delivery.sink import Sink
from watcher.alerts.outbox import RowState
from watcher.delivery.dispatcher import Dispatcher
from watcher.delivery.motion import LaneSign
from watcher.delivery.open import open_transport
from watcher.delivery.pace import Pace
from watcher.delivery.target import Target
from watcher.delivery.targets import parse, webhook


def wall() -> datetime:
    return datetime.now(UTC)


def make_dispatcher(outbox: MemoryOutbox, deadline: timedelta = timedelta(seconds=30)) -> Dispatcher:
    pace = Pace(wall=wall, random=random.Random(7).random, deadline=deadline)  # noqa: S311  # jitter is no secret
    return Dispatcher(
        outbox, pace, lambda target: open_transport(target, zone=UTC, wall=wall, stream=io.StringIO())
    )


def said(sign: LaneSign) -> tuple[str, float]:
    """Return what a lane says it does, and for how many seconds at most."""
    assert sign.motion is not None
    return sign.motion.doing, round(sign.motion.within.total_seconds(), -1)


@pytest.mark.fault("one stuck receiver")
def test_six_hanging_targets_do_not_delay_a_seventh(sink: Sink) -> None:
    outbox = MemoryOutbox()
    hanging: list[Target] = [
        parse(f"json://127.0.0.1:{sink.port}/hang/{n}", receiver="team", name=f"h{n}") for n in range(6)
    ]
    well = parse(f"json://127.0.0.1:{sink.port}/ok", receiver="team", name="well")
    for target in (*hanging, well):
        outbox.enqueue(notification(), "team", target.label, wall())
    dispatcher = make_dispatcher(outbox, timedelta(seconds=20))

    began = time.monotonic()
    dispatcher.start([*hanging, well])
    dispatcher.drain(wall() + timedelta(seconds=1.5))

    signs = {sign.target: sign for sign in dispatcher.signs()}
    assert outbox.states()[-1] is RowState.DELIVERED
    assert time.monotonic() - began < 5
    assert not dispatcher.stop(0.1)
    assert said(signs["h0"]) == ("has been sending a message", 80)
    assert said(signs["well"]) == ("has waited for messages", 180)
    assert all(sign.is_alive for sign in signs.values())
    assert all(sign.took_at >= began for sign in signs.values())


def test_a_thousand_notifications_over_ten_targets_all_leave(sink: Sink) -> None:
    outbox = MemoryOutbox()
    targets = [
        webhook(f"http://127.0.0.1:{sink.port}/ok/{n}", receiver="team", name=f"w{n}")
        if n % 2
        else parse(f"json://127.0.0.1:{sink.port}/ok/{n}", receiver="team", name=f"w{n}")
        for n in range(10)
    ]
    for number in range(1000):
        outbox.enqueue(notification(number), "team", f"w{number % 10}", wall())
    dispatcher = make_dispatcher(outbox)

    dispatcher.start(targets)

    assert dispatcher.drain(wall() + timedelta(minutes=2))
    assert len(sink.got("/ok")) == 1000
    assert set(outbox.states()) == {RowState.DELIVERED}
    assert dispatcher.stop(5)


STUCK = """
import io, sys
from datetime import UTC, datetime, timedelta
from tests.delivery.fakes import MemoryOutbox, half
from tests.delivery.samples import notification
from watcher.delivery.dispatcher import Dispatcher
from watcher.delivery.pace import Pace
from watcher.delivery.motion import LaneSign
from watcher.delivery.open import open_transport
from watcher.delivery.targets import parse
wall = lambda: datetime.now(UTC)
outbox = MemoryOutbox()
target = parse(f"json://127.0.0.1:{sys.argv[1]}/hang", receiver="team", name="h")
outbox.enqueue(notification(), "team", "h", wall())
opening = lambda t: open_transport(t, zone=UTC, wall=wall, stream=io.StringIO())
dispatcher = Dispatcher(outbox, Pace(wall=wall, random=half), opening)
dispatcher.start([target])
print(dispatcher.drain(wall() + timedelta(seconds=1)), dispatcher.stop(0.1))
"""


@pytest.mark.fault("an exit with stuck sends")
def test_a_stuck_lane_does_not_hold_up_the_exit(sink: Sink) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", STUCK, str(sink.port)], check=True, capture_output=True, text=True, timeout=20
    )

    assert done.stdout == "False False\n"
    assert time.monotonic() - began < 10
    assert len(sink.got("/hang")) == 1
