"""The archive: polls kept as they were answered, for ``watcher backtest``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from watcher.archive.errors import UnwritableArchiveError
from watcher.archive.write import ArchiveWriter, expired
from watcher.daemon.rounds.sweeping import Keep

log = structlog.get_logger()


def kept_in(folder: Path, lasting: timedelta | None = None) -> Keep:
    """Return what appends polls to an archive; a disk that refuses is told once, and no poll waits for it.

    The files of days that are longer ago than ``lasting`` are deleted when a day begins; None keeps them all.
    """
    return _Keeper(ArchiveWriter(folder), folder, lasting).keep


class _Keeper:
    def __init__(self, writer: ArchiveWriter, folder: Path, lasting: timedelta | None) -> None:
        self._writer = writer
        self._folder = folder
        self._lasting = lasting
        self._day: Path | None = None
        self._is_failing = False

    def keep(self, at: datetime, bodies: Mapping[str, object]) -> None:
        try:
            day = self._writer.append(at, bodies)
            if day != self._day:
                self._day = day
                self._forget(at)
        except UnwritableArchiveError as error:
            if not self._is_failing:
                log.warning("archive.stopped", reason=str(error))
            self._is_failing = True
        else:
            if self._is_failing:
                log.info("archive.recovered")
            self._is_failing = False

    def _forget(self, at: datetime) -> None:
        if self._lasting is None:
            return
        try:
            for path in expired(self._folder, at - self._lasting):
                path.unlink(missing_ok=True)
                log.info("archive.pruned", file=path.name)
        except OSError as error:
            raise UnwritableArchiveError(self._folder, f"cannot be pruned: {error.strerror}") from error
