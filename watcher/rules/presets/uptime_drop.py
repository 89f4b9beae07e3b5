"""uptime-drop: nobody serves it well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from watcher.alerts.severity import Severity
from watcher.catalog.names import Kind
from watcher.rules.level import Level
from watcher.rules.preset import LevelPreset


class Scope(StrEnum):
    """Whose uptime is read."""

    MODEL = "model"
    ENDPOINT = "endpoint"
    PROVIDER = "provider"


class Window(StrEnum):
    """Which of upstream's windows is read."""

    MINUTES_5 = "5m"
    MINUTES_30 = "30m"
    DAY = "1d"


@dataclass(frozen=True, slots=True, kw_only=True)
class UptimeDrop(LevelPreset):
    """``below`` and ``recover_above`` are percent; a model's uptime is its best known endpoint's."""

    NAME: ClassVar[str] = "uptime-drop"
    TELLS: ClassVar[str] = "level: nobody serves it well"
    SEVERITY: ClassVar[Severity] = Severity.CRITICAL
    LASTING: ClassVar[timedelta] = timedelta(minutes=15)

    scope: Scope = Scope.MODEL
    below: float = 90.0
    recover_above: float = 95.0
    window: Window = Window.MINUTES_30
    keep_firing_for: timedelta = timedelta(hours=1)

    def levels(self) -> tuple[Level, ...]:
        """Return the threshold on uptime."""
        return (
            Level(
                kind=Kind(self.scope.value),
                event=f"{self.scope}.uptime",
                quantity=f"uptime_{self.window}",
                below=self.below,
                recover=max(self.below, self.recover_above),
                keep_firing_for=self.keep_firing_for,
            ),
        )
