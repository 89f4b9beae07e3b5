"""What every outbox must do: the fake and the real store pass the same suite.

A test class inherits it and gives ``make_outbox``; ``enqueue`` puts a row in as the commit would.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta

from tests.delivery.samples import notification
from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Attempt, Claim, Outcome, RowState
from watcher.delivery.outbox import Outbox

NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)


def attempt(outcome: Outcome, state: RowState, next_at: datetime | None = None) -> Attempt:
    return Attempt(
        started_at=NOON, ended_at=NOON, outcome=outcome, detail="said so", state=state, next_at=next_at
    )


DELIVERED = attempt(Outcome.DELIVERED, RowState.DELIVERED)


class OutboxSuite(ABC):
    """Inherit it in a class named ``Test…``."""

    @abstractmethod
    def make_outbox(self) -> Outbox:
        """Return an empty outbox."""

    @abstractmethod
    def enqueue(
        self, outbox: Outbox, notification: Notification, receiver: str, target: str, now: datetime
    ) -> None:
        """Queue one notification for one target."""

    def filled(self, count: int) -> Outbox:
        outbox = self.make_outbox()
        for number in range(count):
            self.enqueue(outbox, notification(number), "team", "#a", NOON)
        return outbox

    def take(self, outbox: Outbox, now: datetime = NOON) -> Claim:
        claim = outbox.claim("team", "#a", now=now, lease=LEASE)
        assert claim is not None
        return claim

    def test_an_empty_outbox_has_nothing_to_claim_and_nothing_due(self) -> None:
        outbox = self.make_outbox()

        assert outbox.claim("team", "#a", now=NOON, lease=LEASE) is None
        assert outbox.next_due("team", "#a") is None

    def test_the_oldest_row_is_claimed_first_and_by_nobody_else(self) -> None:
        outbox = self.filled(2)

        first, second = self.take(outbox), self.take(outbox)

        assert (first.notification, second.notification) == (notification(0), notification(1))
        assert outbox.claim("team", "#a", now=NOON, lease=LEASE) is None

    def test_a_claim_carries_all_that_a_lane_needs(self) -> None:
        claim = self.take(self.filled(1))

        assert (claim.receiver, claim.target, claim.attempts, claim.possible_repeat) == (
            "team",
            "#a",
            0,
            False,
        )
        assert (claim.queued_at, claim.lease_until) == (NOON, NOON + LEASE)

    def test_the_rows_of_another_target_are_not_claimed(self) -> None:
        outbox = self.filled(1)

        assert outbox.claim("team", "#b", now=NOON, lease=LEASE) is None
        assert outbox.claim("boss", "#a", now=NOON, lease=LEASE) is None

    def test_what_was_delivered_is_never_due_again(self) -> None:
        outbox = self.filled(1)

        assert outbox.settle(self.take(outbox), DELIVERED)

        assert outbox.next_due("team", "#a") is None
        assert outbox.claim("team", "#a", now=NOON + timedelta(days=9), lease=LEASE) is None

    def test_a_claim_is_settled_once(self) -> None:
        outbox = self.filled(1)
        claim = self.take(outbox)

        assert [outbox.settle(claim, DELIVERED), outbox.settle(claim, DELIVERED)] == [True, False]

    def test_a_row_in_retry_waits_for_its_time_and_holds_up_none_behind_it(self) -> None:
        outbox = self.filled(2)
        later = NOON + timedelta(minutes=5)

        outbox.settle(self.take(outbox), attempt(Outcome.RETRY, RowState.RETRY, later))

        assert self.take(outbox).notification == notification(1)
        assert outbox.next_due("team", "#a") == later
        assert outbox.claim("team", "#a", now=NOON, lease=LEASE) is None
        assert self.take(outbox, later).attempts == 1

    def test_an_unknown_end_makes_the_next_try_a_possible_repeat(self) -> None:
        outbox = self.filled(1)

        outbox.settle(self.take(outbox), attempt(Outcome.UNKNOWN, RowState.RETRY, NOON))

        assert self.take(outbox).possible_repeat

    def test_a_dead_row_is_never_claimed(self) -> None:
        outbox = self.filled(1)

        outbox.settle(self.take(outbox), attempt(Outcome.MESSAGE_FAULT, RowState.DEAD))

        assert outbox.claim("team", "#a", now=NOON + timedelta(days=9), lease=LEASE) is None

    def test_a_paused_target_is_probed_with_its_oldest_row_when_the_pause_ends(self) -> None:
        outbox = self.filled(2)
        tomorrow = NOON + timedelta(days=1)

        outbox.settle(self.take(outbox), attempt(Outcome.TARGET_FAULT, RowState.PAUSED, tomorrow))
        outbox.pause("team", "#a", now=NOON, next_at=tomorrow, reason="HTTP 404")

        assert outbox.claim("team", "#a", now=NOON, lease=LEASE) is None
        assert outbox.next_due("team", "#a") == tomorrow
        assert self.take(outbox, tomorrow).notification == notification(0)

    def test_a_target_that_works_again_gets_all_that_was_held_and_postponed(self) -> None:
        outbox = self.filled(3)
        tomorrow = NOON + timedelta(days=1)
        outbox.settle(self.take(outbox), attempt(Outcome.RETRY, RowState.RETRY, tomorrow))
        outbox.settle(self.take(outbox), attempt(Outcome.TARGET_FAULT, RowState.PAUSED, tomorrow))

        outbox.resume("team", "#a", NOON)

        assert [self.take(outbox).notification for _ in range(3)] == [notification(n) for n in range(3)]

    def test_a_pause_concerns_one_target_alone(self) -> None:
        outbox = self.filled(1)

        outbox.pause("team", "#b", now=NOON, next_at=NOON + timedelta(days=1), reason="HTTP 404")

        assert self.take(outbox).notification == notification(0)

    def test_recovery_leaves_nothing_to_do_where_nothing_was_being_sent(self) -> None:
        assert self.filled(2).recover(NOON) == 0

    def test_what_a_lost_lease_left_in_sending_is_due_again_as_a_possible_repeat(self) -> None:
        outbox = self.filled(1)
        claim = self.take(outbox)

        recovered = outbox.recover(claim.lease_until)
        again = self.take(outbox, claim.lease_until)

        assert (recovered, again.notification, again.possible_repeat) == (1, notification(0), True)
        assert not outbox.settle(claim, DELIVERED)

    def test_all_that_is_due_can_be_claimed_and_settled_together(self) -> None:
        outbox = self.filled(4)
        first = self.take(outbox)

        rest = outbox.claim_rest(first, now=NOON, least=3)
        settled = outbox.settle_all([first, *rest], DELIVERED)

        assert [claim.notification for claim in rest] == [notification(n) for n in (1, 2, 3)]
        assert {claim.lease_until for claim in rest} == {first.lease_until}
        assert (settled, outbox.next_due("team", "#a")) == (4, None)

    def test_few_rows_are_not_claimed_together(self) -> None:
        outbox = self.filled(4)
        first = self.take(outbox)

        assert list(outbox.claim_rest(first, now=NOON, least=4)) == []

        assert self.take(outbox).notification == notification(1)

    def test_what_is_not_due_yet_or_paused_is_not_claimed_with_the_rest(self) -> None:
        outbox = self.filled(3)
        tomorrow = NOON + timedelta(days=1)
        outbox.settle(self.take(outbox), attempt(Outcome.RETRY, RowState.RETRY, tomorrow))
        first = self.take(outbox)

        assert [claim.notification for claim in outbox.claim_rest(first, now=NOON, least=1)] == [
            notification(2)
        ]

    def test_a_probe_of_a_paused_target_is_one_row(self) -> None:
        outbox = self.filled(9)
        tomorrow = NOON + timedelta(days=1)
        outbox.pause("team", "#a", now=NOON, next_at=tomorrow, reason="HTTP 404")

        probe = self.take(outbox, tomorrow)

        assert list(outbox.claim_rest(probe, now=tomorrow, least=1)) == []

    def test_claims_that_were_lost_meanwhile_are_not_settled(self) -> None:
        outbox = self.filled(3)
        first = self.take(outbox)
        rest = outbox.claim_rest(first, now=NOON, least=1)
        outbox.settle(rest[0], DELIVERED)

        assert outbox.settle_all([first, *rest], DELIVERED) == 2
