"""The daemon watches its own machine, and tells what would make it blind: each once, with its end."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from queue import Queue

import pytest
from structlog.testing import capture_logs

from tests.builders import model
from tests.builders import seen as poll
from tests.daemon.test_attendant import full_disk
from tests.simulator.clocks import NOON, Clock
from watcher.alerts.alert import Status
from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Attempt, Outcome, RowState
from watcher.config import load
from watcher.daemon.addresses import Addresses
from watcher.daemon.house import House, keep_up, open_house
from watcher.daemon.ledger import Entry
from watcher.daemon.machine.disk import BALLAST, BALLAST_BYTES, LEAST, MOST, Ballast, Gauge, Space, bound_of
from watcher.daemon.machine.steadiness import Steadiness
from watcher.delivery.evidence import Evidence
from watcher.delivery.target import Target
from watcher.delivery.transport import Post
from watcher.store.errors import Full, StoreError
from watcher.store.places import DATABASE

MB, GB = 10**6, 10**9
ROOMY = Space(free=15 * GB, size=20 * GB)
CONFIG = """\
receivers: {us: {console: true, group_wait: 0s, group_interval: 0s}}
rules: [{use: new-free-variant}]
"""


class Mailbox:
    """A target that takes everything, and keeps it."""

    spacing = timedelta(0)

    def __init__(self) -> None:
        self.taken: Queue[Notification] = Queue()

    def __call__(self, target: Target) -> Mailbox:  # noqa: ARG002  # as it is called
        return self

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:  # noqa: ARG002  # as it is called
        def post(limit: timedelta) -> Evidence:  # noqa: ARG001  # as above
            self.taken.put(notification)
            return Evidence(delivered=True)

        return post

    def next(self) -> tuple[str, Status, str]:
        """Wait for the next message, and return its alert's event and status, and its reason."""
        (alert,) = self.taken.get(timeout=10).alerts
        return alert.event, alert.status, str(alert.context.get("reason", ""))


@dataclass
class World:
    """A machine whose disk and clocks a test moves."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    space: Space = ROOMY
    booted: float = 1000.0
    mail: Mailbox = field(default_factory=Mailbox)

    def wait(self, **span: float) -> None:
        """Let time pass, on both clocks."""
        self.clock.forward(**span)
        self.booted += timedelta(**span).total_seconds()

    @contextmanager
    def daemon(self) -> Iterator[House]:
        path = self.folder / "config.yaml"
        path.write_text(CONFIG)
        config = load(path, {}, targets=None)
        with open_house(
            config,
            config.rulebook,
            Addresses(),
            clock=self.clock,
            check=True,
            open_transport=self.mail,
            probe=lambda: self.space,
            elapsed=lambda: self.booted,
        ) as house:
            yield house

    def see(self, house: House) -> Entry:
        """Judge a poll, and let what follows leave."""
        found = poll(self.clock.now, models=[model("a/b"), model("a/c")])
        entry = house.ledger.enter(found, self.clock.now)
        house.dispatcher.wake()
        return entry


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def told(*entries: Entry) -> list[tuple[str, str]]:
    return [(alert.event, str(alert.status)) for entry in entries for alert in entry.decision.alerts]


def test_a_healthy_machine_is_not_spoken_of(world: World) -> None:
    with world.daemon() as house:
        entries = []
        for _ in range(20):
            world.wait(minutes=5)
            entries.append(world.see(house))

    assert told(*entries) == []


def test_a_disk_that_fills_up_is_told_once_and_its_room_is_told_once(world: World) -> None:
    with world.daemon() as house:
        world.see(house)
        world.space = Space(free=199 * MB, size=20 * GB)
        low = [world.see(house) for _ in range(3)]
        first = world.mail.next()
        world.space = Space(free=240 * MB, size=20 * GB)
        on_the_edge = world.see(house)
        world.space = Space(free=300 * MB, size=20 * GB)
        roomy = [world.see(house) for _ in range(3)]
        last = world.mail.next()

    assert told(*low) == [("catalog.disk_low", "firing")]
    assert first == (
        "catalog.disk_low",
        Status.FIRING,
        "199 MB of 20.0 GB are free; when it is full, polls are lost",
    )
    assert told(on_the_edge) == []
    assert told(*roomy) == [("catalog.disk_low", "resolved")]
    assert last[:2] == ("catalog.disk_low", Status.RESOLVED)


@pytest.mark.parametrize(
    ("size", "bound"), [(100 * MB, LEAST), (2 * GB, 100 * MB), (20 * GB, MOST), (4000 * GB, MOST)]
)
def test_a_disk_is_nearly_full_by_its_size_within_bounds(size: int, bound: int) -> None:
    assert bound_of(size) == bound


def test_a_disk_that_nobody_can_look_at_is_no_news() -> None:
    def broken() -> Space:
        raise OSError("stale file handle")

    assert Gauge(broken).look() is None


def test_a_restart_while_the_disk_is_low_does_not_tell_it_again(world: World) -> None:
    world.space = Space(free=100 * MB, size=20 * GB)
    with world.daemon() as house:
        first = world.see(house)
    with world.daemon() as house:
        world.wait(minutes=5)
        second = world.see(house)

    assert (told(first), told(second)) == ([("catalog.disk_low", "firing")], [])


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


def test_what_could_not_be_written_for_a_while_is_told_with_the_first_poll_that_can(world: World) -> None:
    with world.daemon() as house:
        world.see(house)
        (house.config.state / BALLAST).unlink()
        with full_disk():
            for _ in range(3):
                world.wait(minutes=5)
                with pytest.raises(Full):
                    grow(world, house)
        world.wait(minutes=5)
        entries = [world.see(house), world.see(house)]
        messages = [world.mail.next(), world.mail.next()]

    assert told(*entries) == [("catalog.state_unwritten", "firing"), ("catalog.state_unwritten", "resolved")]
    assert messages[0][2].startswith("for 10 min, in which 3 polls were lost: ")
    assert "the disk or a quota is full" in messages[0][2]


def grow(world: World, house: House, models: int = 600) -> None:
    """Judge a poll that must take room."""
    listed = [model(f"a/{world.clock.now:%H%M}-{number}" + "x" * 500) for number in range(models)]
    house.ledger.enter(poll(world.clock.now, models=listed), world.clock.now)


def test_a_moment_in_which_nothing_could_be_written_is_not_spoken_of(world: World) -> None:
    with world.daemon() as house:
        world.see(house)
        with full_disk(), pytest.raises(Full):
            grow(world, house)
        world.wait(seconds=2)

        assert told(world.see(house)) == []


def test_while_nothing_can_be_written_everybody_is_told_once_past_the_outbox(world: World) -> None:
    with world.daemon() as house, capture_logs() as logs:
        world.see(house)
        path = house.config.state / DATABASE
        damage(path, "UPDATE state SET body = '{}' WHERE key = 'a/b'")
        for _ in range(4):
            world.wait(minutes=5)
            with pytest.raises(StoreError):
                house.ledger.enter(poll(world.clock.now, models=[model("a/b", prompt="9")]), world.clock.now)
            house.cry()
        message = world.mail.next()

    assert message[:2] == ("catalog.state_unwritten", Status.FIRING)
    assert "the state is damaged (models 'a/b')" in message[2]
    assert world.mail.taken.empty()
    assert [entry["event"] for entry in logs if entry["event"].startswith("outcry.")] == ["outcry.sent"]


def damage(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(statement).rowcount == 1


def test_damaged_history_is_found_by_the_daily_look_and_told_once(world: World) -> None:
    with world.daemon() as house, capture_logs() as logs:
        world.see(house)
        world.wait(minutes=5)
        house.ledger.enter(poll(world.clock.now, models=[model("a/b")]), world.clock.now)
        world.wait(minutes=20)
        house.ledger.enter(poll(world.clock.now, models=[model("a/b")]), world.clock.now)
        damage(house.config.state / DATABASE, "UPDATE changes SET new = '1'")
        keep_up(house.store, world.clock.now, house.config.keep)
        entries = [world.see(house), world.see(house)]
        message = world.mail.next()

    assert told(*entries) == [("catalog.state_damaged", "firing")]
    assert message[2].startswith("rows that are left out: 1 of changes;")
    assert [entry["event"] for entry in logs if entry["event"] == "state.damaged"] == ["state.damaged"]


def test_a_damaged_message_is_buried_at_the_start_and_told(world: World) -> None:
    world.space = Space(free=100 * MB, size=20 * GB)
    with world.daemon() as house:
        house.dispatcher.stop(5)
        world.see(house)
    damage(world.folder / "state" / DATABASE, "UPDATE outbox SET target = 'other'")
    with capture_logs() as logs, world.daemon() as house:
        entry = world.see(house)

    assert told(entry) == [("catalog.state_damaged", "firing")]
    assert [row["rows"] for row in logs if row["event"] == "outbox.damaged"] == [1]


def test_the_ballast_lies_there_while_there_is_room_and_is_thrown_off_once(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path)

    ballast.take_on()
    ballast.take_on()

    assert (tmp_path / BALLAST).stat().st_blocks * 512 >= BALLAST_BYTES
    assert [ballast.throw_off(), ballast.throw_off()] == [True, False]


def test_no_ballast_is_taken_on_where_it_would_fill_the_disk(world: World) -> None:
    world.space = Space(free=MOST + BALLAST_BYTES, size=20 * GB)
    with world.daemon() as house:
        world.see(house)

        assert not (house.config.state / BALLAST).exists()


def test_ballast_for_which_there_is_no_room_after_all_leaves_nothing(tmp_path: Path) -> None:
    with full_disk():
        Ballast(tmp_path).take_on()

    assert list(tmp_path.iterdir()) == []


SMALL_DISK = """
import os, sys
from pathlib import Path
from tests.daemon.test_machine import World, grow, told
from watcher.daemon.machine.disk import BALLAST, probe_of
from watcher.store.errors import Full
folder = Path(sys.argv[1])
world = World(folder)
with world.daemon() as house:
    world.see(house)
    print((folder / "state" / BALLAST).exists())
    filler = os.open(folder / "filler", os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(filler, bytes(1 << 20))
    except OSError as error:
        print(error.errno)
    world.space = probe_of(folder)()
    world.wait(minutes=5)
    grow(world, house, models=100)
    house.dispatcher.wake()
    print((folder / "state" / BALLAST).exists())
    print(world.mail.next()[0])
"""


def test_on_a_disk_that_is_full_the_ballast_lets_it_be_told_and_written_down(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = f'mount -t tmpfs -o size=24m none "{disk}" && exec "$@"'
    with_disk = ["unshare", "--map-root-user", "--mount", "sh", "-c", mounting, "sh"]
    if subprocess.run([*with_disk, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine gives nobody a disk of their own (unshare, tmpfs)")

    done = subprocess.run(
        [*with_disk, sys.executable, "-c", SMALL_DISK, str(disk)], capture_output=True, text=True, check=False
    )

    said = [line for line in done.stdout.splitlines() if "[" not in line]
    assert said == ["True", "28", "False", "catalog.disk_low"], done.stderr
    assert "disk.full" in done.stdout
