from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.archive.polls import poll, write
from watcher.archive.errors import MissingArchiveError, UnknownArchiveError, UnreadableArchiveError
from watcher.archive.sources import sources


def test_a_directory_is_searched_to_its_depths_and_other_files_are_ignored(tmp_path: Path) -> None:
    for name in (
        "b/2.json.gz",
        "a.jsonl",
        "b/1.json",
        "LICENSE",
        "b/notes.csv.gz",
        "c.jsonl.zst",
        "d.jsonl.gz",
    ):
        write(tmp_path / name, poll())

    found = [path.relative_to(tmp_path).as_posix() for path in sources([tmp_path])]

    assert found == ["a.jsonl", "c.jsonl.zst", "d.jsonl.gz", "b/1.json", "b/2.json.gz"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    file = write(tmp_path / "a.json", poll())

    assert sources([tmp_path, file, tmp_path / "." / "a.json"]) == (file.resolve(),)


def test_a_path_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(MissingArchiveError, match=r"july: no such file"):
        sources([tmp_path / "july"])


def test_a_file_of_another_kind_says_which_kinds_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownArchiveError, match=r"notes\.txt: not a kind of recording.*\.jsonl\.zst"):
        sources([write(tmp_path / "notes.txt", poll())])


def test_a_directory_without_recordings_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnknownArchiveError, match="holds no recorded polls"):
        sources([tmp_path])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every directory")
def test_a_directory_that_cannot_be_listed_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0)

    with pytest.raises(UnreadableArchiveError, match="cannot be listed"):
        sources([tmp_path])
