from __future__ import annotations

import resource
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from tests.archive.polls import NOON, after, poll
from watcher.archive.errors import UnwritableArchiveError
from watcher.archive.recorded import Poll, raw_polls, recorded
from watcher.archive.write import ArchiveWriter, expired, sound_length
from watcher.reading.reader import Reader

BODIES = {"models": poll()["models"], "providers": None}


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path / "polls")

    paths = [writer.append(after(minutes), BODIES) for minutes in (0, 15, 24 * 60)]

    assert [path.name for path in paths] == [
        "2026-07-06.jsonl.zst",
        "2026-07-06.jsonl.zst",
        "2026-07-07.jsonl.zst",
    ]
    assert list(raw_polls([tmp_path])) == [
        {"generated": after(minutes).isoformat(), **BODIES} for minutes in (0, 15, 24 * 60)
    ]


def test_the_bytes_that_came_over_the_wire_may_be_appended_as_they_are(tmp_path: Path) -> None:
    path = ArchiveWriter(tmp_path).append(NOON, {"models": orjson.Fragment(b'{"data": []}')})

    (read,) = recorded([path], Reader())

    assert isinstance(read, Poll)
    assert read.seen.models is not None
    assert read.seen.models.fault is None


@pytest.mark.parametrize("left", [1, 10, 40])
def test_what_a_crash_left_of_a_poll_does_not_lose_the_day(tmp_path: Path, left: int) -> None:
    path = ArchiveWriter(tmp_path).append(NOON, BODIES)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:left])

    ArchiveWriter(tmp_path).append(after(15), BODIES)

    assert [one["generated"] for one in raw_polls([path])] == [NOON.isoformat(), after(15).isoformat()]


def test_junk_after_the_last_frame_is_no_part_of_the_file(tmp_path: Path) -> None:
    path = ArchiveWriter(tmp_path).append(NOON, BODIES)
    size = path.stat().st_size
    path.write_bytes(path.read_bytes() + b"junk and more junk")

    assert sound_length(path) == size


def test_a_writer_that_starts_again_keeps_what_is_there(tmp_path: Path) -> None:
    for minutes in (0, 15, 30):
        ArchiveWriter(tmp_path).append(NOON + timedelta(minutes=minutes), BODIES)

    assert len(list(raw_polls([tmp_path]))) == 3


def test_a_disk_that_fills_keeps_nothing_of_the_poll_and_all_before(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path)
    size = writer.append(NOON, BODIES).stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, limits[1]))
    try:
        with pytest.raises(UnwritableArchiveError):
            writer.append(after(15), BODIES)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    path = writer.append(after(30), BODIES)

    assert [one["generated"] for one in raw_polls([path])] == [NOON.isoformat(), after(30).isoformat()]


def test_a_disk_that_refuses_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "polls").write_text("in the way")

    with pytest.raises(UnwritableArchiveError, match=r"2026-07-06\.jsonl\.zst: cannot be written"):
        ArchiveWriter(tmp_path / "polls").append(NOON, BODIES)


def test_only_the_files_of_whole_days_that_are_over_expire_and_no_others(tmp_path: Path) -> None:
    names = ("2026-07-04.jsonl.zst", "2026-07-05.jsonl.zst", "2026-07-06.jsonl.zst")
    for name in (*names, "2026-07-04.json", "notes.jsonl.zst", "2026-99-04.jsonl.zst"):
        (tmp_path / name).write_bytes(b"")

    assert [path.name for path in expired(tmp_path, NOON)] == list(names[:2])
