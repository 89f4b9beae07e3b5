"""Severities, in their order."""

from __future__ import annotations

from enum import IntEnum


class Severity(IntEnum):
    """How much an alert matters."""

    INFO = 0
    WARNING = 1
    CRITICAL = 2

    @property
    def label(self) -> str:
        """Return the word users write: ``info``, ``warning``, ``critical``."""
        return self.name.lower()
