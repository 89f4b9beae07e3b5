"""No message is lost, and none is sent twice without saying so."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.values import MINUTE, NOON, OPENROUTER, attempt, notification
from watcher.alerts.outbox import Claim, Outcome, RowState
from watcher.delivery.outbox import Outbox as Wanted
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.store.outbox import Outbox
from watcher.store.rows import changed
from watcher.store.schema import outbox as table
from watcher.store.store import Store

LEASE = timedelta(minutes=2)
LANE = ("team-slack", "slack")


def queue(store: Store, *identities: str, target: str = "slack") -> None:
    messages = [(notification(identity.ljust(16, "0")), target) for identity in identities]
    store.commit(State(), Decision(state=State()), messages, now=NOON, expected_version=store.version())


def claimed(box: Outbox, *, after: timedelta = timedelta(0)) -> Claim:
    claim = box.claim(*LANE, now=NOON + after, lease=LEASE)
    assert claim is not None
    return claim


def states(store: Store) -> list[RowState]:
    return [row.state for row in store.queries.outbox()]


@pytest.fixture
def box(store: Store) -> Outbox:
    """Give an outbox with two messages in one lane."""
    queue(store, "a", "b")
    return store.outbox


def test_it_is_what_delivery_works_with(box: Outbox) -> None:
    wanted: Wanted = box

    assert wanted.next_due(*LANE) == NOON


def test_the_oldest_due_message_is_claimed_first_and_only_once(box: Outbox) -> None:
    first, second = claimed(box), claimed(box)

    assert [claim.notification.alerts[0].id[0] for claim in (first, second)] == ["a", "b"]
    assert first.notification == notification("a".ljust(16, "0"))
    assert (first.attempts, first.possible_repeat, first.queued_at) == (0, False, NOON)
    assert box.claim(*LANE, now=NOON, lease=LEASE) is None


def test_lanes_do_not_see_each_others_messages(box: Outbox) -> None:
    assert box.claim("team-slack", "other", now=NOON, lease=LEASE) is None
    assert box.next_due("boss-mail", "slack") is None


def test_many_threads_claim_each_message_exactly_once(store: Store) -> None:
    queue(store, *(f"{n:02x}" for n in range(40)))

    def drain(_: int) -> list[int]:
        won = []
        while claim := store.outbox.claim(*LANE, now=NOON, lease=LEASE):
            won.append(claim.row)
            assert store.outbox.settle(claim, attempt())
        return won

    with ThreadPoolExecutor(6) as threads:
        rows = [row for won in threads.map(drain, range(6)) for row in won]

    assert sorted(rows) == list(range(1, 41))
    assert store.outbox.counts()[RowState.DELIVERED] == 40


def test_what_is_not_over_is_counted_by_receiver_and_state(store: Store, box: Outbox) -> None:
    box.settle(claimed(box), attempt())
    queue(store, "c", target="mail")
    box.claim("team-slack", "mail", now=NOON, lease=LEASE)

    assert box.unsettled() == {
        ("team-slack", RowState.QUEUED): 1,
        ("team-slack", RowState.SENDING): 1,
    }


def test_a_delivered_message_is_never_claimed_again_and_its_try_is_listed(store: Store, box: Outbox) -> None:
    settled = box.settle(claimed(box), attempt())

    row = store.queries.outbox([RowState.DELIVERED])[0]
    assert settled
    assert (row.attempts, row.next_at) == ((attempt(),), None)
    assert store.queries.outbox(ids=[2])[0].state is RowState.QUEUED


def test_a_retry_waits_for_its_time_and_holds_up_none_behind_it(box: Outbox) -> None:
    later = attempt(RowState.RETRY, Outcome.RETRY, next_at=NOON + MINUTE)
    box.settle(claimed(box), later)

    assert claimed(box).row == 2
    assert box.next_due(*LANE) == NOON + MINUTE
    assert box.claim(*LANE, now=NOON, lease=LEASE) is None
    again = claimed(box, after=MINUTE)
    assert (again.row, again.attempts, again.possible_repeat) == (1, 1, False)


def test_a_try_that_ended_unknown_makes_the_next_one_a_possible_repeat(box: Outbox) -> None:
    box.settle(claimed(box), attempt(RowState.RETRY, Outcome.UNKNOWN, next_at=NOON))

    assert claimed(box).possible_repeat


@pytest.mark.fault("stopped for longer than the lease")
def test_who_lost_the_claim_cannot_settle_it(store: Store, box: Outbox) -> None:
    stale = claimed(box)
    box.recover(NOON + LEASE)
    claimed(box, after=LEASE)

    assert not box.settle(stale, attempt())
    assert [row.outcome for row in store.queries.outbox(ids=[1])[0].attempts] == [Outcome.UNKNOWN]
    assert states(store)[0] is RowState.SENDING


def test_what_we_are_sending_ourselves_is_not_recovered_before_its_lease_ends(box: Outbox) -> None:
    claimed(box)

    assert (box.recover(NOON), box.recover(NOON + LEASE)) == (0, 1)


def test_what_was_being_sent_when_the_last_daemon_died_is_due_as_a_possible_repeat(
    store: Store, directory: Path
) -> None:
    queue(store, "a")
    claimed(store.outbox)

    with Store.open(directory, catalog=OPENROUTER) as next_start:
        recovered = next_start.outbox.recover(NOON + MINUTE)
        claim = claimed(next_start.outbox, after=MINUTE)

    assert (recovered, claim.possible_repeat, claim.attempts) == (1, True, 1)


@pytest.mark.fault("three deaths in a row at the same row")
def test_a_message_that_every_sender_dies_of_goes_behind_the_others_and_waits_ever_longer(
    store: Store, box: Outbox
) -> None:
    moment = NOON
    waits = []

    for _ in range(7):
        claim = box.claim(*LANE, now=moment, lease=LEASE)
        assert claim is not None
        assert claim.row == 1
        box.recover(moment + LEASE)
        (row,) = store.queries.outbox(ids=[1])
        assert row.next_at is not None
        waits.append(row.next_at - (moment + LEASE))
        moment = row.next_at

    assert [wait.total_seconds() for wait in waits] == [0, 5, 60, 600, 3600, 14400, 14400]
    box.recover(moment)
    claimed_before = box.claim(*LANE, now=moment - MINUTE, lease=LEASE)
    assert claimed_before is not None
    assert claimed_before.row == 2


@pytest.mark.parametrize(("alive", "recovered"), [(True, 0), (False, 1)])
def test_what_another_process_sends_is_left_to_it_while_it_lives(
    store: Store,
    box: Outbox,
    alive: bool,
    recovered: int,
) -> None:
    claimed(box)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        if not alive:
            other.communicate(b"\n")
        with store._database.writing() as connection:  # noqa: SLF001  # another process's claim
            changed(connection, table.c.id == 1, {"token": f"{other.pid}:theirs:1"})

        assert box.recover(NOON) == recovered
        other.communicate(b"\n") if alive else None


def test_a_process_we_may_not_signal_counts_as_alive(store: Store, box: Outbox) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may signal every process")
    claimed(box)
    with store._database.writing() as connection:  # noqa: SLF001  # another user's claim
        changed(connection, table.c.id == 1, {"token": "1:theirs:1"})

    assert box.recover(NOON) == 0


def test_a_paused_target_is_left_alone_until_its_probe_and_takes_new_messages_with_it(
    store: Store, box: Outbox
) -> None:
    box.pause(*LANE, now=NOON, next_at=NOON + MINUTE, reason="401 invalid_token")
    queue(store, "c")

    assert box.claim(*LANE, now=NOON, lease=LEASE) is None
    assert states(store) == [RowState.PAUSED] * 3
    assert box.next_due(*LANE) == NOON + MINUTE
    assert [(pause.target, pause.reason) for pause in store.queries.pauses()] == [
        ("slack", "401 invalid_token")
    ]
    assert claimed(box, after=MINUTE).row == 1


def test_a_longer_pause_keeps_its_beginning(store: Store, box: Outbox) -> None:
    box.pause(*LANE, now=NOON, next_at=NOON + MINUTE, reason="401")
    box.pause(*LANE, now=NOON + MINUTE, next_at=NOON + 2 * MINUTE, reason="403")

    (pause,) = store.queries.pauses()
    assert (pause.since, pause.next_at, pause.reason) == (NOON, NOON + 2 * MINUTE, "403")


def test_a_resumed_target_gets_all_that_waited_in_order(store: Store, box: Outbox) -> None:
    box.pause(*LANE, now=NOON, next_at=NOON + 60 * MINUTE, reason="401")
    box.resume(*LANE, NOON + MINUTE)

    assert [claimed(box, after=MINUTE).row for _ in range(2)] == [1, 2]
    assert store.queries.pauses() == ()


def test_retry_makes_dead_and_waiting_messages_due_now(box: Outbox) -> None:
    box.settle(claimed(box), attempt(RowState.DEAD, Outcome.MESSAGE_FAULT))
    box.settle(claimed(box), attempt(RowState.RETRY, Outcome.RETRY, next_at=NOON + 60 * MINUTE))

    assert box.retry(None, NOON + MINUTE) == 2
    assert [claimed(box, after=MINUTE).row for _ in range(2)] == [1, 2]


def test_retry_by_name_leaves_the_others_alone_and_never_resends_what_arrived(
    store: Store, box: Outbox
) -> None:
    box.settle(claimed(box), attempt())
    box.discard([2], NOON)

    assert (box.retry([1], NOON), box.retry([2], NOON)) == (0, 1)
    assert states(store) == [RowState.DELIVERED, RowState.RETRY]


def test_discarded_messages_are_never_sent_and_what_is_being_sent_is_not_discarded(
    store: Store, box: Outbox
) -> None:
    claimed(box)

    assert box.discard([1, 2], NOON) == 1
    assert states(store) == [RowState.SENDING, RowState.DISCARDED]


@pytest.mark.fault("a reload without a receiver whose rows wait")
def test_messages_of_a_removed_target_are_orphaned_and_due_again_when_it_returns(
    store: Store, box: Outbox
) -> None:
    orphaned = box.orphan({("boss-mail", "mail")}, NOON)
    assert (orphaned, states(store)) == (2, [RowState.ORPHANED] * 2)
    assert box.orphans() == {LANE: 2}

    assert box.orphan({LANE}, NOON + MINUTE) == 0
    assert claimed(box, after=MINUTE).row == 1


def test_without_any_receiver_all_that_waits_is_orphaned(box: Outbox) -> None:
    assert box.orphan(set(), NOON) == 2


def test_a_backlog_is_cut_from_its_oldest_end_and_each_row_says_why(store: Store) -> None:
    queue(store, "a", "b", "c", "d")
    queue(store, "e", target="other")
    claimed(store.outbox)

    cut = [store.outbox.cut(*LANE, limit, NOON + MINUTE) for limit in (3, 2, 2)]

    assert cut == [0, 1, 0]
    assert states(store) == [RowState.SENDING, RowState.DEAD] + [RowState.QUEUED] * 3
    assert store.outbox.backlogs() == {LANE: 2, ("team-slack", "other"): 1}
    (given_up,) = store.queries.outbox([RowState.DEAD])
    assert [attempt.detail for attempt in given_up.attempts] == [
        "backlog over 2 messages: the oldest were given up"
    ]


def test_a_pause_of_a_target_that_is_no_longer_configured_is_forgotten(box: Outbox, store: Store) -> None:
    box.pause(*LANE, now=NOON, next_at=NOON + MINUTE, reason="HTTP 404")
    box.pause("mail", "boss", now=NOON, next_at=NOON + MINUTE, reason="SMTP 535")

    box.orphan({("mail", "boss")}, NOON)

    assert [pause.receiver for pause in store.queries.pauses()] == ["mail"]


def test_a_message_that_is_no_longer_its_senders_is_not_taken_for_damaged(store: Store, box: Outbox) -> None:
    late = claimed(box)
    assert box.settle(late, attempt())

    assert not box.settle(late, attempt())
    assert [box.claim(lane, "slack", now=NOON, lease=LEASE) for lane in ("others", "nobody")] == [None, None]
    assert box.next_due(*LANE) == NOON
    assert store.queries.damage() == {}
