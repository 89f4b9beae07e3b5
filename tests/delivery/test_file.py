from __future__ import annotations

import json
import os
from datetime import UTC, timedelta
from pathlib import Path

from tests.delivery.samples import notification
from watcher.alerts.outbox import Outcome
from watcher.delivery.evidence import Evidence, judge
from watcher.delivery.file import FileTransport
from watcher.delivery.targets import file

SOON = timedelta(seconds=1)


def write(path: Path, number: int = 0) -> Evidence:
    return FileTransport(file(path), UTC).prepare(notification(number), repeat=False)(SOON)


def test_each_notification_is_a_line_of_json(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"

    assert [judge(write(path, n)) for n in range(2)] == [Outcome.DELIVERED] * 2

    titles = [json.loads(line)["title"] for line in path.read_text().splitlines()]
    assert titles == ["New model: acme/model-0", "New model: acme/model-1"]


def test_a_line_that_was_cut_before_does_not_swallow_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    path.write_text('{"cut')

    write(path)

    assert json.loads(path.read_text().splitlines()[1])["rule"] == "model-added"


def test_a_missing_folder_is_the_targets_fault(tmp_path: Path) -> None:
    evidence = write(tmp_path / "missing" / "alerts.jsonl")

    assert (judge(evidence), evidence.detail) == (Outcome.TARGET_FAULT, "No such file or directory")


def test_a_full_disk_is_tried_again() -> None:
    evidence = write(Path("/dev/full"))

    assert (judge(evidence), evidence.detail) == (Outcome.RETRY, "No space left on device")


def test_a_pipe_that_nobody_reads_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert judge(write(tmp_path / "pipe")) in {Outcome.DELIVERED, Outcome.RETRY}


def test_the_file_is_not_readable_by_everybody(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"

    write(path)

    assert path.stat().st_mode & 0o007 == 0
