"""The archive: polls kept as they were answered, for ``watcher backtest``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import structlog

from watcher.archive.errors import UnwritableArchiveError
from watcher.archive.write import ArchiveWriter
from watcher.daemon.sweeping import Keep

log = structlog.get_logger()


def kept_in(folder: Path) -> Keep:
    """Return what appends polls to an archive; a disk that refuses is told once, and no poll waits for it."""
    return _Keeper(ArchiveWriter(folder)).keep


class _Keeper:
    def __init__(self, writer: ArchiveWriter) -> None:
        self._writer = writer
        self._is_failing = False

    def keep(self, at: datetime, bodies: Mapping[str, object]) -> None:
        try:
            self._writer.append(at, bodies)
        except UnwritableArchiveError as error:
            if not self._is_failing:
                log.warning("archive.stopped", reason=str(error))
            self._is_failing = True
        else:
            if self._is_failing:
                log.info("archive.recovered")
            self._is_failing = False
