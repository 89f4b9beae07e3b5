"""Stumbles: errors of a lane's own (a store that fails for a while), told when they begin and end."""

from __future__ import annotations

import traceback
from collections.abc import Mapping

import structlog

log = structlog.get_logger()


class Stumbles:
    """Remembers the last error of one lane, so that the same one is told once."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """Start on its feet; ``names`` are the lane's, for the log."""
        self._names = names
        self._last: tuple[str, str] | None = None

    def over(self, error: Exception) -> None:
        """Tell of an error and its place, never of its text; one like the last is not told."""
        last = traceback.extract_tb(error.__traceback__)[-1]
        stumble = (type(error).__name__, f"{last.filename}:{last.lineno}")
        if stumble != self._last:
            log.error("delivery.stumbled", **self._names, error=stumble[0], place=stumble[1])
        self._last = stumble

    def none(self) -> None:
        """Tell of the end of the errors, where there were any."""
        if self._last is not None:
            log.info("delivery.recovered", **self._names)
        self._last = None
