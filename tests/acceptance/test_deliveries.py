"""Store and lanes together, against peers on loopback."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.delivery.samples import notification
from tests.delivery.sink import Sink, sink
from watcher.alerts.outbox import RowState
from watcher.delivery.dispatcher import Dispatcher
from watcher.delivery.open import open_transport
from watcher.delivery.pace import Pace
from watcher.delivery.target import Target
from watcher.delivery.targets import parse, webhook
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "state", catalog="https://openrouter.ai") as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[Sink]:
    with sink() as running:
        yield running


def wall() -> datetime:
    return datetime.now(UTC)


def dispatcher_of(store: Store) -> Dispatcher:
    pace = Pace(wall=wall, random=random.Random(7).random)  # noqa: S311  # jitter is no secret
    return Dispatcher(
        store.outbox, pace, lambda target: open_transport(target, zone=UTC, wall=wall, stream=io.StringIO())
    )


def queue(store: Store, numbers: Sequence[int], labels: Sequence[str]) -> None:
    """Queue notifications over targets in turn, as one poll would."""
    rows = [(notification(number), labels[number % len(labels)]) for number in numbers]
    decision = Decision(state=State())
    store.commit(State(), decision, rows, now=wall(), expected_version=store.version())


def test_a_thousand_queued_notifications_over_ten_targets_are_delivered_each_once(
    store: Store, receiver: Sink
) -> None:
    base = f"127.0.0.1:{receiver.port}/ok"
    targets: list[Target] = [
        webhook(f"http://{base}/{n}", receiver="team", name=f"t{n}")
        if n % 2
        else parse(f"json://{base}/{n}", receiver="team", name=f"t{n}")
        for n in range(10)
    ]
    queue(store, range(1000), [target.label for target in targets])
    dispatcher = dispatcher_of(store)

    dispatcher.start(targets)
    is_done = dispatcher.drain(wall() + timedelta(minutes=2))

    assert dispatcher.stop(5)
    assert is_done
    assert store.outbox.counts()[RowState.DELIVERED] == 1000
    assert len({request.body for request in receiver.got("/ok")}) == 1000


@pytest.mark.fault("one stuck receiver")
def test_a_seventh_receiver_is_served_within_two_seconds_while_six_hang(store: Store, receiver: Sink) -> None:
    hanging = [
        parse(f"json://127.0.0.1:{receiver.port}/hang/{n}", receiver="team", name=f"h{n}") for n in range(6)
    ]
    well = parse(f"json://127.0.0.1:{receiver.port}/ok", receiver="team", name="well")
    queue(store, range(7), [target.label for target in (*hanging, well)])
    dispatcher = dispatcher_of(store)

    began = time.monotonic()
    dispatcher.start([*hanging, well])
    dispatcher.drain(wall() + timedelta(seconds=0.2))
    while not receiver.got("/ok") and time.monotonic() - began < 5:
        dispatcher.drain(wall() + timedelta(seconds=0.05))
    took = time.monotonic() - began

    assert took <= 2
    assert not dispatcher.stop(0.1)
