"""Sources: the recorded files that paths name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from watcher.archive.errors import (
    ArchiveError,
    MissingArchiveError,
    UnknownArchiveError,
    UnreadableArchiveError,
)

ONE_POLL = (".json", ".json.gz")
POLL_A_LINE = (".jsonl", ".jsonl.gz", ".jsonl.zst")
KINDS = (*ONE_POLL, *POLL_A_LINE)


def sources(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the recorded files behind paths, each once; directories are searched to their depths, sorted.

    Other files inside directories are ignored. Raises ArchiveError for a path that is missing, of another
    kind, or a directory without recordings.
    """
    found: dict[Path, None] = {}
    for path in paths:
        files = list(_inside(path)) if path.is_dir() else [checked(path)]
        if not files:
            raise UnknownArchiveError(path, f"holds no recorded polls; they are named *{', *'.join(KINDS)}")
        for file in files:
            found[file.resolve()] = None
    return tuple(found)


def _inside(folder: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(folder, onerror=_refused):
        folders.sort()
        yield from (Path(where, file) for file in sorted(files) if file.endswith(KINDS))


def _refused(error: OSError) -> None:
    raise UnreadableArchiveError(Path(error.filename), f"cannot be listed: {error.strerror}") from error


def checked(path: Path) -> Path:
    """Return a path that is a file of a kind we read. Raises ArchiveError with what to do."""
    problem: ArchiveError | None = None
    if not path.exists():
        problem = MissingArchiveError(path, "no such file or directory")
    elif not path.name.endswith(KINDS):
        problem = UnknownArchiveError(path, f"not a kind of recording; name one of *{', *'.join(KINDS)}")
    if problem:
        raise problem
    return path
