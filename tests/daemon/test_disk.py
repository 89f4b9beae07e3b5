"""A disk that fills up is told once, and so is its room; the ballast is thrown off to tell it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.daemon.machines import GB, MB, World, told
from tests.daemon.test_attendant import full_disk
from tests.faults.small_disk import on_small_disk
from watcher.alerts.alert import Status
from watcher.daemon.machine.disk import BALLAST, BALLAST_BYTES, LEAST, MOST, Ballast, Gauge, Space, bound_of


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
from tests.daemon.machines import World, grow
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
    done = on_small_disk(SMALL_DISK, tmp_path / "disk", size="24m")

    said = [line for line in done.stdout.splitlines() if "[" not in line]
    assert said == ["True", "28", "False", "catalog.disk_low"], done.stderr
    assert "disk.full" in done.stdout
