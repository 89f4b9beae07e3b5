"""version-published: a model has a version that it had not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import Enters
from watcher.rules.events import AGAIN_AFTER
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPublished(EdgePreset):
    """A version that is back within a week is not new. Only the frontend lists them, if anybody does."""

    NAME: ClassVar[str] = "version-published"
    TELLS: ClassVar[str] = "a version of a model is published that was not"

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on a model's versions."""
        return (
            Watch(
                kind=Kind.MODEL,
                fields=("version.*",),
                compare=Enters(),
                event="model.version_published",
                settle=AGAIN_AFTER,
            ),
        )
