"""The lock that keeps a second daemon out of a state directory."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watcher.store.errors import AlreadyRunning
from watcher.store.places import LOCK, prepare, unwritable


@contextmanager
def lock(directory: Path) -> Iterator[None]:
    """Hold the directory as its only daemon; raise AlreadyRunning, with the holder's pid, at once.

    The kernel frees the lock when the process ends, however it ends.
    """
    prepare(directory)
    path = directory / LOCK
    with unwritable(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, directory)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, directory: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise AlreadyRunning(directory, _holder(descriptor)) from error
    with unwritable(directory / LOCK):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def _holder(descriptor: int) -> int | None:
    text = os.pread(descriptor, 32, 0).strip()
    return int(text) if text.isdigit() else None
