"""The files of a state directory, and what they tell about its past.

``watcher.db`` is only ever put in place whole, and ``initialised`` is written once it is there. So a
directory with a trace of an earlier start but without a sound database has lost it, and is never taken for a
new one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from watcher.store.errors import Corrupt, Missing, Unwritable

DATABASE = "watcher.db"
SENTINEL = "initialised"
LOCK = "watcher.lock"
MAGIC = b"SQLite format 3\x00"
SENTINEL_TEXT = (
    "watcher keeps its state in watcher.db beside this file, which tells a loss from a first start:\n"
    "without watcher.db, watcher refuses to start until a backup is restored or this directory moved away.\n"
)


def database_of(directory: Path) -> Path:
    """Return where a state directory has its database."""
    return directory / DATABASE


def is_started(directory: Path) -> bool:
    """Tell whether the directory holds a database; raise Missing or Corrupt when it held one."""
    path = database_of(directory)
    with unwritable(directory):
        if path.exists():
            raise_if_foreign(path)
            return True
    for trace in (directory / SENTINEL, directory / f"{DATABASE}-wal"):
        if trace.exists():
            raise Missing(path, trace)
    return False


def prepare(directory: Path) -> None:
    """Create the directory for its owner alone; one that exists keeps its mode."""
    with unwritable(directory):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)


def mark_started(directory: Path) -> None:
    """Leave the trace that a database was here."""
    sentinel = directory / SENTINEL
    if sentinel.exists():
        return
    with unwritable(sentinel):
        descriptor = os.open(sentinel, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, SENTINEL_TEXT.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_directory(directory)


@contextmanager
def draft(directory: Path) -> Iterator[Path]:
    """Give an empty private file beside the database to build one in; it is gone afterwards."""
    path = directory / f"{DATABASE}.{os.getpid()}.new"
    with unwritable(directory):
        _remove(path)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield path
    finally:
        _remove(path)


def put_in_place(fresh: Path, directory: Path) -> bool:
    """Make a finished draft the database; False when somebody else was first, whose database stays."""
    with unwritable(directory):
        try:
            os.link(fresh, database_of(directory))
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links
            fresh.rename(database_of(directory))
        sync_directory(directory)
    return True


def replace(fresh: Path, directory: Path, *, aside: datetime) -> Path | None:
    """Make a finished draft the database; return where the one before was put, journal and all."""
    path = database_of(directory)
    with unwritable(directory):
        mark_started(directory)
        kept = _put_aside(path, aside)
        fresh.rename(path)
        sync_directory(directory)
    return kept


def _put_aside(path: Path, at: datetime) -> Path | None:
    there = [each for each in (path, *_journals(path)) if each.exists()]
    name = f"{path.name}.{at:%Y%m%dT%H%M%S}.old"
    for each in there:
        each.rename(path.with_name(name + each.name.removeprefix(path.name)))
    return path.with_name(name) if path in there else None


def sync_directory(directory: Path) -> None:
    """Make the names in a directory survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def raise_if_foreign(path: Path) -> None:
    """Raise Corrupt for a file that does not begin as a database does, Unwritable when it may not be read."""
    if not os.access(path, os.R_OK):
        raise Unwritable(path, "permission denied")
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
    if not head:
        raise Corrupt(path, "the file is empty")
    if head != MAGIC:
        raise Corrupt(path, "this is no database")


@contextmanager
def unwritable(path: Path) -> Iterator[None]:
    """Raise errors of the file system as Unwritable."""
    try:
        yield
    except OSError as error:
        raise Unwritable(path, error.strerror or str(error)) from error


def _remove(path: Path) -> None:
    for each in (path, *_journals(path)):
        each.unlink(missing_ok=True)


def _journals(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))
