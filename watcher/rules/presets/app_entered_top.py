"""app-entered-top: an app is new among those that use a model most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import Enters
from watcher.rules.events import AGAIN_AFTER
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class AppEnteredTop(EdgePreset):
    """``again_after`` is how long an app must have been away to be new again. Only the frontend lists it."""

    NAME: ClassVar[str] = "app-entered-top"
    TELLS: ClassVar[str] = "an app is among those that use a model most, and was not"
    LASTING: ClassVar[timedelta] = timedelta(hours=3)

    again_after: timedelta = AGAIN_AFTER

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on a model's top apps."""
        return (
            Watch(
                kind=Kind.MODEL,
                fields=("app.*",),
                compare=Enters(),
                event="model.app_entered",
                settle=self.again_after,
            ),
        )
