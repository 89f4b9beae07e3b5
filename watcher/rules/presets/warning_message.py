"""warning-message: what upstream writes above a model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import SaysSomething
from watcher.rules.events import AGAIN_AFTER
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningMessage(EdgePreset):
    """``again_after`` is how long a text must have been away to be new again. Only the frontend shows it."""

    NAME: ClassVar[str] = "warning-message"
    TELLS: ClassVar[str] = "a warning or promotion above a model appeared, or became another one"

    again_after: timedelta = AGAIN_AFTER

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on the texts above a model."""
        return (
            Watch(
                kind=Kind.MODEL,
                fields=("warning", "promotion"),
                compare=SaysSomething(),
                event="model.message_changed",
                settle=self.again_after,
            ),
        )
