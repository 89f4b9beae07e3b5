"""The daemon watches its own machine, and tells what would make it blind: each once, with its end."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.builders import model
from tests.builders import seen as poll
from tests.daemon.machines import GB, MB, World, grow, told
from tests.daemon.test_attendant import full_disk
from watcher.alerts.alert import Status
from watcher.daemon.house import keep_up
from watcher.daemon.machine.disk import BALLAST, Space
from watcher.store.errors import Full, StoreError
from watcher.store.places import DATABASE


def test_a_healthy_machine_is_not_spoken_of(world: World) -> None:
    with world.daemon() as house:
        entries = []
        for _ in range(20):
            world.wait(minutes=5)
            entries.append(world.see(house))

    assert told(*entries) == []


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
