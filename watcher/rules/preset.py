"""What a preset is: parameters with defaults, and what they make a rule follow."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Protocol

from watcher.alerts.severity import Severity
from watcher.rules.level import Level
from watcher.rules.watch import Watch


class Preset(Protocol):
    """A frozen dataclass whose fields are the preset's own parameters.

    The class says its name, what it tells in one line, its default severity and its default ``for``.
    Parameters that are durations are ``timedelta``; prices are Decimal in USD per million.
    """

    NAME: ClassVar[str]
    TELLS: ClassVar[str]
    SEVERITY: ClassVar[Severity]
    BETTER_SEVERITY: ClassVar[Severity | None]
    LASTING: ClassVar[timedelta]

    def watches(self) -> tuple[Watch, ...]:
        """Return the facts the rule follows."""

    def levels(self) -> tuple[Level, ...]:
        """Return the thresholds the rule holds readings against."""


class EdgePreset:
    """Defaults of the presets that tell edges."""

    __slots__ = ()

    SEVERITY: ClassVar[Severity] = Severity.INFO
    BETTER_SEVERITY: ClassVar[Severity | None] = None
    LASTING: ClassVar[timedelta] = timedelta(0)

    def levels(self) -> tuple[Level, ...]:
        """Return nothing: edges have no thresholds."""
        return ()


class LevelPreset:
    """Defaults of the presets that tell levels."""

    __slots__ = ()

    SEVERITY: ClassVar[Severity] = Severity.INFO
    BETTER_SEVERITY: ClassVar[Severity | None] = None
    LASTING: ClassVar[timedelta] = timedelta(0)

    def watches(self) -> tuple[Watch, ...]:
        """Return nothing: levels follow readings, not facts."""
        return ()
