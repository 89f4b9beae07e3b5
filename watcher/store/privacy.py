"""Privacy: a state directory and its files are nobody else's to read or write."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from watcher.store.places import DATABASE, LOCK, SENTINEL

FILES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", SENTINEL, LOCK)
OTHERS = stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """A path that everybody on the machine had rights to (``mode``: 0755), and whether they lost them."""

    path: Path
    mode: str
    mended: bool


def close_to_others(directory: Path) -> tuple[Exposed, ...]:
    """Take everybody's rights to a state directory and its files away, and return where there were any.

    What the owner's group may do stays: that was somebody's wish.
    """
    return tuple(_closed(directory))


def _closed(directory: Path) -> Iterator[Exposed]:
    for path in (directory, *(directory / name for name in FILES)):
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            continue
        if mode & OTHERS:
            yield Exposed(path=path, mode=f"{mode:04o}", mended=_mended(path, mode))


def _mended(path: Path, mode: int) -> bool:
    try:
        path.chmod(mode & ~OTHERS)
    except OSError:
        return False
    return True
