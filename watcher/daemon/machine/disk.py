"""The disk: how much room is left for the state, and a ballast that is thrown off when there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import structlog

MEGABYTE = 1_000_000
GIGABYTE = 1_000 * MEGABYTE
SHARE = 0.05
LEAST = 32 * MEGABYTE
MOST = 200 * MEGABYTE
"""Too little room is 5 % of the disk, but no less than some polls need and no more than months of ours.

Below 200 MB a disk of any size fills within a log rotation of another program; we ourselves take 2 MB a day.
"""

WELL_ABOVE = 1.25
"""There is room again at so many times the bound, so that a disk on its edge is told once."""

BALLAST = "ballast"
BALLAST_BYTES = 8 * MEGABYTE
"""Enough for some hundred transactions: what is told, and that it was sent, can still be written."""

log = structlog.get_logger()


class Space(NamedTuple):
    """The room on a disk, in bytes."""

    free: int
    size: int


Probe = Callable[[], Space]
"""Returns the room on the disk that the state lies on; raises OSError."""


def probe_of(directory: Path) -> Probe:
    """Return the probe of a directory's disk."""

    def look() -> Space:
        found = shutil.disk_usage(directory)
        return Space(free=found.free, size=found.total)

    return look


def bound_of(size: int) -> int:
    """Return below how many free bytes a disk of this size is nearly full."""
    return int(min(max(size * SHARE, LEAST), MOST))


class Gauge:
    """Tells when a disk is nearly full, and when it has room again."""

    def __init__(self, probe: Probe) -> None:
        """Ask this probe."""
        self._probe = probe
        self._is_low = False
        self._spare = 0.0

    def look(self) -> str | None:
        """Return what is wrong with the disk, None when nothing is or nobody knows."""
        try:
            space = self._probe()
        except OSError:
            return None
        bound = bound_of(space.size) * (WELL_ABOVE if self._is_low else 1)
        self._is_low = space.free < bound
        self._spare = space.free - bound_of(space.size) * WELL_ABOVE
        if not self._is_low:
            return None
        return f"{_written(space.free)} of {_written(space.size)} are free; when it is full, polls are lost"

    def spares(self, size: int) -> bool:
        """Tell whether so many bytes could be taken without filling the disk, when it was last looked at."""
        return self._spare > size


class Ballast:
    """A file that takes room while there is enough, and gives it up for what must be written."""

    def __init__(self, directory: Path) -> None:
        """Lie in the state's directory."""
        self._path = directory / BALLAST

    def take_on(self) -> None:
        """Lie there, if it does not yet; a disk that has no room for it is none of its business."""
        if self._path.exists():
            return
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, BALLAST_BYTES)
            finally:
                os.close(descriptor)
        except OSError:
            with suppress(OSError):
                self._path.unlink()

    def throw_off(self) -> bool:
        """Give the room up, and tell whether there was any."""
        try:
            self._path.unlink()
        except OSError:
            return False
        log.warning("disk.full", reason="the ballast beside the state was given up, so that it can be told")
        return True


def _written(size: int) -> str:
    """Return a size as people read it."""
    return f"{size / GIGABYTE:,.1f} GB" if size >= GIGABYTE else f"{size // MEGABYTE:,} MB"
