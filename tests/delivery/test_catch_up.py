"""After a long outage one message tells what was missed."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from tests.delivery.houses import NOON, House
from tests.delivery.samples import notification
from watcher.alerts.outbox import RowState
from watcher.delivery.evidence import Evidence
from watcher.delivery.target import ConsoleTarget
from watcher.messages.plain import plain


class Away(House):
    """A target that catches up after a day; each row is an hour younger than the one before."""

    def __init__(self, *answers: Evidence, rows: int, catch_up: timedelta | None = timedelta(days=1)) -> None:
        super().__init__(*answers, rows=0)
        for number in range(rows):
            self.outbox.enqueue(
                notification(number), "team", "#a", NOON - timedelta(hours=30) + timedelta(minutes=number)
            )
        self.target = ConsoleTarget(receiver="team", label="#a", catch_up=catch_up)

    def run(self) -> None:
        self.dispatcher.start([self.target])
        assert self.dispatcher.drain(self.clock.now + timedelta(seconds=5))

    @property
    def titles(self) -> list[str]:
        return [plain(sent, UTC).title for sent, _ in self.script.sent]


@pytest.mark.fault("all receivers dead for 24 h: the catch-up")
def test_after_an_outage_of_more_than_a_day_one_message_tells_what_was_missed() -> None:
    house = Away(rows=300)
    house.run()

    (title,) = house.titles
    assert title.startswith("300 messages while team was away")
    assert house.outbox.states() == [RowState.DELIVERED] * 300
    assert house.outbox.rows()[7].tries[0].detail == "ok (as one message for 300)"
    house.end()


def test_what_comes_after_the_digest_comes_singly_again() -> None:
    house = Away(rows=10)
    house.run()
    house.outbox.enqueue(notification(99), "team", "#a", NOON)
    house.dispatcher.drain(NOON + timedelta(seconds=5))

    assert [len(sent.alerts) for sent, _ in house.script.sent] == [10, 1]
    house.end()


@pytest.mark.fault("all receivers dead for 24 h: the order")
@pytest.mark.parametrize(("rows", "catch_up"), [(5, timedelta(days=1)), (9, timedelta(days=2)), (9, None)])
def test_few_or_young_messages_come_singly_and_so_do_all_where_it_is_turned_off(
    rows: int, catch_up: timedelta | None
) -> None:
    house = Away(rows=rows, catch_up=catch_up)
    house.run()

    assert [sent for sent, _ in house.script.sent] == [notification(n) for n in range(rows)]
    house.end()


def test_a_digest_that_fails_leaves_all_of_it_in_retry() -> None:
    house = Away(Evidence(http=503, detail="HTTP 503"), rows=8)
    house.run()
    failed = house.outbox.states()
    house.later(timedelta(minutes=1))

    assert failed == [RowState.RETRY] * 8
    assert [len(sent.alerts) for sent, _ in house.script.sent] == [8, 8]
    assert house.outbox.states() == [RowState.DELIVERED] * 8
    house.end()


def test_a_digest_that_may_have_arrived_is_sent_again_as_a_possible_repeat_under_its_id() -> None:
    house = Away(Evidence(cut=True), rows=8)
    house.run()
    house.later(timedelta(minutes=1))

    (first, marked), (second, again) = house.script.sent
    assert (first.id, marked, again) == (second.id, False, True)
    house.end()


def test_a_digest_that_is_refused_for_itself_kills_no_message_in_it() -> None:
    house = Away(Evidence(http=413, detail="HTTP 413"), rows=8)
    house.run()

    assert [len(sent.alerts) for sent, _ in house.script.sent] == [8] + [1] * 8
    assert house.outbox.states() == [RowState.DELIVERED] * 8
    house.end()


def test_a_paused_target_is_probed_with_one_row_and_catches_up_when_that_arrives() -> None:
    house = Away(Evidence(http=404, detail="HTTP 404"), rows=8, catch_up=timedelta(days=3))
    house.run()
    house.target = ConsoleTarget(receiver="team", label="#a", catch_up=timedelta(days=1))
    house.later(timedelta(hours=25))

    assert [len(sent.alerts) for sent, _ in house.script.sent] == [1, 1, 7]
    house.end()
