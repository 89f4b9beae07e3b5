from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from tests.delivery.fakes import MemoryOutbox
from tests.delivery.samples import notification
from watcher.alerts.notification import Notification
from watcher.daemon.health.health import Health, Remedy, Signs, StoreSign, judge, overlooked
from watcher.daemon.health.vitals import Vitals
from watcher.delivery.dispatcher import Dispatcher
from watcher.delivery.evidence import Evidence
from watcher.delivery.motion import LaneSign, Motion
from watcher.delivery.pace import Pace
from watcher.delivery.target import ConsoleTarget
from watcher.delivery.transport import Post

NOW = 10_000.0
NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ago(**span: float) -> float:
    return NOW - timedelta(**span).total_seconds()


def poll(since: float) -> Motion:
    return Motion(part="the poll of models", doing="has waited for answers", since=since, within=15 * MINUTE)


def lane(
    motion: Motion | None = None,
    *,
    is_alive: bool = True,
    took_at: float = 0.0,
    rests_until: datetime | None = None,
) -> LaneSign:
    return LaneSign(
        name="team #ops",
        receiver="team",
        target="#ops",
        is_alive=is_alive,
        motion=motion,
        took_at=took_at,
        rests_until=rests_until,
    )


def sending(since: float) -> LaneSign:
    within = timedelta(seconds=90)
    return lane(Motion(part="team #ops", doing="has been sending a message", since=since, within=within))


def test_parts_that_keep_their_promises_are_healthy() -> None:
    health = judge(Signs(stands=True, motions=[poll(ago(minutes=14))], lanes=[sending(ago(seconds=80))]), NOW)

    assert health == Health(stands=True)
    assert (health.is_alive, health.is_ready) == (True, True)


def test_a_poll_that_never_ends_is_stuck_and_a_restart_mends_it() -> None:
    health = judge(Signs(stands=True, motions=[poll(ago(minutes=17))]), NOW)

    assert health.sentences == (
        "the poll of models is stuck: it has waited for answers for 17 min, 15 min at most",
    )
    assert (health.is_alive, health.is_ready) == (False, False)


def test_a_lane_that_sends_beyond_its_deadline_and_its_lease_is_stuck() -> None:
    health = judge(Signs(stands=True, lanes=[sending(ago(minutes=2))]), NOW)

    assert [(found.part, found.remedy) for found in health.conditions] == [("team #ops", Remedy.RESTART)]


def test_a_lane_whose_thread_has_died_is_named() -> None:
    health = judge(Signs(stands=True, lanes=[lane(is_alive=False)]), NOW)

    assert health.sentences == ("team #ops has ended though nobody stopped it",)
    assert not health.is_alive


def test_a_full_disk_is_told_after_a_while_and_no_restart_is_asked_for() -> None:
    passing = StoreSign(failing_since=ago(minutes=1), reason="the disk is full")
    lasting = StoreSign(failing_since=ago(minutes=12), reason="the disk is full")

    soon, late = (judge(Signs(stands=True, store=store), NOW) for store in (passing, lasting))

    assert soon.conditions == ()
    assert late.sentences == ("nothing can be written for 12 min: the disk is full",)
    assert (late.is_alive, late.is_ready) == (True, False)


def test_a_write_that_neither_succeeds_nor_fails_is_stuck() -> None:
    health = judge(Signs(stands=True, store=StoreSign(asked_at=ago(minutes=6))), NOW)

    assert health.sentences == ("the store has not answered a write for 6 min",)
    assert not health.is_alive


def test_a_daemon_that_does_not_stand_yet_or_no_longer_is_alive_but_not_ready() -> None:
    health = judge(Signs(stands=False), NOW)

    assert (health.is_alive, health.is_ready) == (True, False)


def test_due_rows_that_a_lane_leaves_are_noticed_from_the_first_look_on() -> None:
    due = {"team #ops": NOON - MINUTE}

    first = overlooked({}, [lane()], due, wall=NOON, now=NOW)
    later = overlooked(first, [lane()], due, wall=NOON + 4 * MINUTE, now=NOW + 240)
    health = judge(Signs(stands=True, overlooked=later), NOW + 240)

    assert first == later == {"team #ops": NOW}
    assert health.sentences == ("team #ops has messages that are due and takes none for 4 min",)


def test_a_lane_that_takes_one_row_after_the_other_is_not_late_however_many_wait() -> None:
    due = {"team #ops": NOON - timedelta(hours=3)}

    found = overlooked({"team #ops": ago(hours=1)}, [lane(took_at=ago(seconds=20))], due, wall=NOON, now=NOW)

    assert judge(Signs(stands=True, overlooked=found), NOW).conditions == ()


def test_nobody_is_late_with_rows_of_the_future_or_of_a_target_that_must_be_left_alone() -> None:
    tomorrow = {"team #ops": NOON + timedelta(days=1)}
    overdue = {"team #ops": NOON - MINUTE}

    future = overlooked({"team #ops": 0.0}, [lane()], tomorrow, wall=NOON, now=NOW)
    resting = overlooked({}, [lane(rests_until=NOON + MINUTE)], overdue, wall=NOON, now=NOW)
    empty = overlooked({"team #ops": 0.0}, [lane()], {}, wall=NOON, now=NOW)

    assert (future, resting, empty) == ({}, {}, {})


def test_a_wall_clock_that_jumps_makes_nobody_late() -> None:
    found = overlooked({}, [lane()], {"team #ops": NOON}, wall=NOON + timedelta(days=900), now=NOW)

    assert judge(Signs(stands=True, overlooked=found), NOW).conditions == ()


class Seconds:
    """A monotonic clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def test_vitals_are_asked_for_their_health_at_any_time() -> None:
    clock = Seconds()
    vitals = Vitals(clock=clock, loop_patience=timedelta(seconds=5))

    vitals.turned()
    before = vitals.health()
    vitals.stand()
    well = vitals.health()
    clock.now += 6
    stuck = vitals.health()
    vitals.turned()
    vitals.refused("the disk is full")
    clock.now += 121
    vitals.turned()
    full = vitals.health()
    vitals.writing()
    vitals.refused("the disk is full still")
    vitals.writing()
    vitals.written()
    mended = vitals.health()
    vitals.fall()

    assert (before.is_ready, well.is_ready, mended.is_ready) == (False, True, True)
    assert stuck.sentences == (
        "the event loop is stuck: it has been busy with one thing for 6 s, 5 s at most",
    )
    assert full.sentences == ("nothing can be written for 2 min 1 s: the disk is full",)
    assert not vitals.health().stands


def test_vitals_remember_since_when_rows_are_left() -> None:
    clock = Seconds()
    vitals = Vitals(lambda: (lane(),), clock=clock)

    vitals.due({"team #ops": NOON}, NOON)
    clock.now += 200
    vitals.due({"team #ops": NOON}, NOON)
    left = vitals.health()
    vitals.due({}, NOON)

    assert left.sentences == ("team #ops has messages that are due and takes none for 3 min 20 s",)
    assert vitals.health().conditions == ()


def test_a_part_that_has_ended_promises_nothing_more() -> None:
    clock = Seconds()
    vitals = Vitals(clock=clock)
    mover = vitals.movers.of("the poll of models")

    mover.move("has waited for answers", within=MINUTE)
    mover.rest()
    clock.now += 1000

    assert vitals.health().conditions == ()
    assert vitals.movers.of("the poll of models") is mover


class Held:
    """A transport whose send heeds no deadline, until it is let go."""

    spacing = timedelta(0)

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.over = threading.Event()

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:
        del notification, repeat

        def post(limit: timedelta) -> Evidence:
            del limit
            self.begun.set()
            self.over.wait(20)
            return Evidence(delivered=True)

        return post


def test_a_real_lane_is_well_within_its_deadline_and_stuck_beyond_it_and_its_lease() -> None:
    outbox, held = MemoryOutbox(), Held()
    outbox.enqueue(notification(1), "team", "console", NOON)
    dispatcher = Dispatcher(outbox, Pace(wall=lambda: NOON, random=lambda: 0.5), lambda _: held)
    later = timedelta(0)
    vitals = Vitals(dispatcher.signs, clock=lambda: time.monotonic() + later.total_seconds())

    dispatcher.start([ConsoleTarget(receiver="team")])
    assert held.begun.wait(10)
    hanging = vitals.health()
    later = timedelta(seconds=95)
    stuck = vitals.health()
    held.over.set()
    ended = dispatcher.stop(10)

    assert ended
    assert hanging.conditions == ()
    assert [found.part for found in stuck.conditions] == ["team console"]
    assert "team console is stuck: it has been sending a message for 1 min 35 s" in stuck.sentences[0]
    assert not stuck.is_alive
