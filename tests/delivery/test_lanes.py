from __future__ import annotations

from datetime import datetime, timedelta
from queue import Queue

import pytest

from tests.delivery.fakes import MemoryOutbox, Script, half
from tests.delivery.houses import NOON, House, run
from tests.delivery.samples import notification
from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Attempt, Claim, Outcome, RowState
from watcher.delivery.dispatcher import Dispatcher
from watcher.delivery.evidence import Evidence
from watcher.delivery.pace import Pace
from watcher.delivery.target import ConsoleTarget, Target
from watcher.delivery.transport import Post


def test_what_is_due_is_delivered_oldest_first() -> None:
    house = run(rows=3)

    assert [sent for sent, _ in house.script.sent] == [notification(n) for n in range(3)]
    assert house.outbox.states() == [RowState.DELIVERED] * 3
    house.end()


def test_whoever_listens_hears_of_every_try_of_every_message() -> None:
    heard: list[tuple[int, Outcome]] = []
    house = House(Evidence(http=503), rows=2)
    pace = Pace(wall=house.clock, random=half, tried=lambda claim, it: heard.append((claim.row, it.outcome)))
    house.dispatcher = Dispatcher(house.outbox, pace, lambda _: house.script)
    house.run()
    house.later(timedelta(minutes=5))

    first, second = sorted({row for row, _ in heard})
    assert heard[0] == (first, Outcome.RETRY)
    assert sorted(heard[1:]) == [(first, Outcome.DELIVERED), (second, Outcome.DELIVERED)]
    house.end()


def test_what_is_queued_later_is_sent_on_waking() -> None:
    house = run()
    house.outbox.enqueue(notification(9), "team", "#a", NOON)

    assert house.dispatcher.drain(NOON + timedelta(seconds=5))

    assert house.outbox.states() == [RowState.DELIVERED] * 2
    house.end()


@pytest.mark.fault("a receiver answers 5xx")
def test_a_failure_is_tried_again_after_its_pause() -> None:
    house = run(Evidence(http=500, detail="HTTP 500"))
    first = house.outbox.rows()[0]
    house.later(timedelta(seconds=10))

    assert (first.state, first.next_at) == (RowState.RETRY, NOON + timedelta(seconds=3.75))
    assert house.outbox.states() == [RowState.DELIVERED]
    assert [row.tries[0].outcome for row in house.outbox.rows()] == [Outcome.RETRY]
    house.end()


def test_a_try_that_was_cut_goes_out_again_as_a_possible_repeat() -> None:
    house = run(Evidence(cut=True, detail="cut at our deadline"))
    house.later(timedelta(seconds=10))

    assert [repeat for _, repeat in house.script.sent] == [False, True]
    house.end()


@pytest.mark.fault("a receiver answers 429")
def test_the_pause_a_server_asks_for_holds_for_the_whole_target() -> None:
    house = run(Evidence(http=429, retry_after="600"), rows=2)
    house.later(timedelta(minutes=5))
    sent_early = len(house.script.sent)
    house.later(timedelta(minutes=6))

    assert sent_early == 1
    assert house.outbox.states() == [RowState.DELIVERED] * 2
    house.end()


@pytest.mark.fault("a receiver answers 404")
def test_a_target_at_fault_is_paused_and_probed_a_day_later_with_its_oldest_row() -> None:
    house = run(Evidence(http=404, detail="HTTP 404"), rows=3)
    held = house.outbox.states()
    house.later(timedelta(hours=23))
    tries_before_a_day = len(house.script.sent)
    house.later(timedelta(hours=2))

    assert held == [RowState.PAUSED] * 3
    assert tries_before_a_day == 1
    assert house.script.sent[1][0] == notification(0)
    assert house.outbox.states() == [RowState.DELIVERED] * 3
    house.end()


@pytest.mark.fault("a receiver answers 400")
@pytest.mark.parametrize("answer", [Evidence(http=410), Evidence(http=503)])
def test_a_row_that_another_process_makes_due_is_sent_while_the_lane_waits(answer: Evidence) -> None:
    house = House(answer)
    tries: Queue[Outcome] = Queue()
    pace = Pace(
        wall=house.clock,
        random=half,
        glance=timedelta(milliseconds=20),
        tried=lambda _, attempt: tries.put(attempt.outcome),
    )
    house.dispatcher = Dispatcher(house.outbox, pace, lambda _: house.script)
    house.run()
    tries.get(timeout=10)

    house.outbox.resume("team", "#a", NOON)

    assert tries.get(timeout=10) is Outcome.DELIVERED
    house.end()


def test_a_message_at_fault_dies_and_the_next_one_goes_on() -> None:
    house = run(Evidence(http=400, detail="HTTP 400"), rows=2)

    assert house.outbox.states() == [RowState.DEAD, RowState.DELIVERED]
    house.end()


def test_three_refused_messages_in_a_row_pause_the_target() -> None:
    house = run(*[Evidence(http=400)] * 3, rows=4)

    assert house.outbox.states() == [RowState.DEAD] * 3 + [RowState.PAUSED]
    house.end()


def test_a_target_that_was_long_away_gets_all_that_waits_at_once() -> None:
    house = House(*[Evidence(http=503)] * 9, rows=2)
    for _ in range(9):
        house.later(timedelta(minutes=2))
    house.later(timedelta(hours=5))

    assert house.outbox.states() == [RowState.DELIVERED] * 2
    house.end()


class Poison:
    """A transport that cannot put one model into words, and whose service raises on another."""

    spacing = timedelta(0)

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:  # noqa: ARG002  # the Protocol's
        if notification.alerts[0].subject == "acme/model-0":
            raise KeyError("no word for it")
        if notification.alerts[0].subject == "acme/model-1":
            return self.explode
        return lambda _: Evidence(delivered=True)

    def explode(self, limit: timedelta) -> Evidence:  # noqa: ARG002  # the Protocol's
        raise ZeroDivisionError


def test_a_poisoned_row_does_not_stop_those_behind_it() -> None:
    house = House(rows=3)
    house.dispatcher = Dispatcher(house.outbox, Pace(wall=house.clock, random=half), lambda _: Poison())
    house.run()
    house.later(timedelta(seconds=2))

    assert house.outbox.states() == [RowState.DEAD, RowState.RETRY, RowState.DELIVERED]
    assert house.outbox.rows()[0].tries[0].detail == "it could not be put into words: KeyError"
    house.end()


def test_what_a_dead_process_left_behind_is_sent_as_a_possible_repeat() -> None:
    house = House()
    house.outbox.claim("team", "#a", now=NOON, lease=timedelta(seconds=60))
    house.run()

    assert house.script.sent == [(notification(0), True)]
    house.end()


class Stumbling(MemoryOutbox):
    """A store whose disk is full the first time."""

    stumbles = 1

    def next_due(self, receiver: str, target: str) -> datetime | None:
        if self.stumbles:
            self.stumbles -= 1
            raise OSError(28, "No space left on device")
        return super().next_due(receiver, target)


def test_a_store_that_fails_for_a_while_does_not_end_the_lane() -> None:
    house = House(rows=0)
    house.outbox = Stumbling()
    house.dispatcher = Dispatcher(house.outbox, Pace(wall=house.clock, random=half), lambda _: house.script)
    house.run()
    house.outbox.enqueue(notification(1), "team", "#a", NOON)
    house.later(timedelta(minutes=1))

    assert house.outbox.states() == [RowState.DELIVERED]
    house.end()


class Forgetful(MemoryOutbox):
    """A store whose disk is full when the first try is to be written down."""

    refusals = 1

    def settle(self, claim: Claim, attempt: Attempt) -> bool:
        if self.refusals:
            self.refusals -= 1
            raise OSError(28, "No space left on device")
        return super().settle(claim, attempt)


@pytest.mark.fault("the disk is full")
@pytest.mark.parametrize(
    ("answer", "sent"),
    [(Evidence(delivered=True, detail="ok"), 1), (Evidence(http=503, detail="HTTP 503"), 2)],
    ids=["delivered", "failed"],
)
def test_a_try_that_could_not_be_written_down_is_written_when_there_is_room(
    answer: Evidence, sent: int
) -> None:
    house = House(answer, rows=0)
    house.outbox = Forgetful()
    house.outbox.enqueue(notification(0), "team", "#a", NOON)
    house.dispatcher = Dispatcher(house.outbox, Pace(wall=house.clock, random=half), lambda _: house.script)
    house.run()
    house.later(timedelta(minutes=1))
    house.later(timedelta(minutes=1))

    assert [repeat for _, repeat in house.script.sent] == [False] * sent
    assert house.outbox.states() == [RowState.DELIVERED]
    house.end()


def test_a_reload_keeps_the_lanes_it_knows_and_opens_and_closes_the_others() -> None:
    house = House(rows=0)
    opened: list[str] = []

    def opening(target: Target) -> Script:
        opened.append(target.label)
        return house.script

    dispatcher = Dispatcher(house.outbox, Pace(wall=house.clock, random=half), opening)
    a, b, c = (ConsoleTarget(receiver="team", label=label) for label in ("#a", "#b", "#c"))
    dispatcher.start([a, b])
    dispatcher.start([b, c])

    assert opened == ["#a", "#b", "#c"]
    assert dispatcher.is_alive()
    assert dispatcher.stop(5)


@pytest.mark.parametrize("rows", [0, 1])
def test_a_stopped_dispatcher_sends_nothing_more(rows: int) -> None:
    house = run(rows=rows)
    house.end()
    house.outbox.enqueue(notification(7), "team", "#a", NOON)
    house.dispatcher.wake()

    assert len(house.script.sent) == rows
    assert not house.dispatcher.is_alive()
