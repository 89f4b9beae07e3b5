"""model-removed: a model left the catalog; once told, its return is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import Leaves
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import MEMBERSHIP, Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRemoved(EdgePreset):
    """``again_after``: how long an absence that was not told must last to be forgotten."""

    NAME: ClassVar[str] = "model-removed"
    TELLS: ClassVar[str] = "a model left the catalog; once told, its return is told"

    again_after: timedelta = timedelta(days=7)

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on membership."""
        return (Watch(kind=Kind.MODEL, fields=(MEMBERSHIP,), compare=Leaves(), settle=self.again_after),)
