"""A clock that jumps is told once, and when it is steady again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.daemon.machines import World, told
from tests.simulator.clocks import NOON, Clock
from watcher.alerts.alert import Status
from watcher.alerts.outbox import Attempt, Outcome, RowState
from watcher.daemon.machine.steadiness import Steadiness


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (timedelta(hours=1), "it went forward by 1 h, to 2026-11-02 13:05 UTC"),
        (timedelta(hours=-1), "it went back by 1 h, to 2026-11-02 11:05 UTC"),
        (timedelta(days=365), "it went forward by 365 d, to 2027-11-02 12:05 UTC"),
    ],
)
def test_a_clock_that_jumps_is_told_once_and_when_it_was_steady_for_an_hour(
    world: World, by: timedelta, words: str
) -> None:
    with world.daemon() as house:
        world.see(house)
        world.wait(minutes=5)
        world.clock.now += by
        jumped = [world.see(house)]
        for _ in range(11):
            world.wait(minutes=5)
            jumped.append(world.see(house))
        world.wait(minutes=5)
        steady = [world.see(house), world.see(house)]
        messages = [world.mail.next(), world.mail.next()]

    assert told(*jumped) == [("catalog.clock_jumped", "firing")]
    assert told(*steady) == [("catalog.clock_jumped", "resolved")]
    assert messages[0] == ("catalog.clock_jumped", Status.FIRING, words)
    assert messages[1][1] is Status.RESOLVED


def test_a_machine_that_slept_did_not_jump(world: World) -> None:
    with world.daemon() as house:
        world.see(house)
        world.wait(days=3)

        assert told(world.see(house)) == []


def test_the_small_steps_of_ntp_are_no_jump() -> None:
    clock, booted = Clock(), [0.0]
    steadiness = Steadiness(clock, lambda: booted[0])
    for _ in range(100):
        clock.forward(minutes=5, seconds=20)
        booted[0] += 300
        assert steadiness.look() is None


def test_a_clock_that_was_set_back_while_the_daemon_was_away_is_noticed(world: World) -> None:
    with world.daemon() as house:
        world.see(house)
    world.clock.forward(hours=-2)
    with world.daemon() as house:
        entry = world.see(house)
        after = world.see(house)

    assert told(entry, after) == [("catalog.clock_jumped", "firing")]
    assert (entry.set_back, after.set_back) == (True, False)


def test_messages_that_wait_for_a_time_of_the_wrong_clock_are_tried_again(world: World) -> None:
    with world.daemon() as house:
        house.dispatcher.stop(5)
        world.see(house)
        world.clock.now += timedelta(days=365)
        world.see(house)
        box = house.store.outbox
        claim = box.claim("us", "console", now=world.clock.now, lease=timedelta(minutes=1))
        assert claim is not None
        box.settle(claim, later(world))
        box.pause("us", "console", now=world.clock.now, next_at=world.clock.now, reason="401")
        world.clock.now = NOON + timedelta(minutes=5)
        world.see(house)

        assert box.next_due("us", "console") == world.clock.now
        assert [pause.next_at for pause in house.store.queries.pauses()] == [world.clock.now]


def later(world: World) -> Attempt:
    return Attempt(
        started_at=world.clock.now,
        ended_at=world.clock.now,
        outcome=Outcome.RETRY,
        detail="HTTP 503",
        state=RowState.RETRY,
        next_at=world.clock.now + timedelta(hours=1),
    )
