from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOON
from watcher.daemon.health.presence import NAME, Presence, hide, seen, show
from watcher.daemon.health.standing import Refused
from watcher.store.processes import pid_space

HERE = Presence(
    pid=12,
    version="1.0",
    at=NOON,
    started_at=NOON,
    configured_at=NOON,
    sentence="all is well",
    conditions=("one", "two"),
    refused=Refused(at=NOON, problems=("config.yaml:1:8: rules: …",)),
)


def test_what_a_daemon_says_of_itself_is_read_as_it_was_written_and_by_its_owner_alone(
    tmp_path: Path,
) -> None:
    show(tmp_path, HERE)

    assert seen(tmp_path) == HERE
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


def test_after_a_clean_end_nothing_is_left(tmp_path: Path) -> None:
    show(tmp_path, HERE)

    hide(tmp_path)
    hide(tmp_path)

    assert seen(tmp_path) is None


def test_what_a_killed_daemon_left_is_known_by_its_age() -> None:
    assert HERE.is_alive(NOON + timedelta(seconds=40))
    assert not HERE.is_alive(NOON + timedelta(minutes=3))


def test_what_a_killed_daemon_left_is_known_at_once_where_its_process_could_be_seen() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        there = replace(HERE, pid=process.pid, space=pid_space())
        before = there.is_alive(NOON)
        process.kill()
    elsewhere = replace(there, space="pid:[1]")

    assert (before, there.is_alive(NOON), there.is_gone()) == (True, False, True)
    assert (elsewhere.is_alive(NOON), elsewhere.is_gone()) == (True, False)


def test_where_no_second_file_can_be_made_the_first_is_written_over(tmp_path: Path) -> None:
    show(tmp_path, HERE)
    (tmp_path / f"{NAME}.new").mkdir()

    show(tmp_path, replace(HERE, sentence="the disk is full", conditions=()))

    found = seen(tmp_path)
    assert found is not None
    assert (found.sentence, found.conditions) == ("the disk is full", ())


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": 1, "at": "soon"}', '"daemon"', "null"])
def test_a_file_that_is_damaged_tells_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)

    assert seen(tmp_path) is None
