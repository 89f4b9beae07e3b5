"""model-added: a model id is in the catalog that was not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import Arrives
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import MEMBERSHIP, Newcomer, Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAdded(EdgePreset):
    """``again_after``: how long an id must have been away to be new again."""

    NAME: ClassVar[str] = "model-added"
    TELLS: ClassVar[str] = "a model id is in the catalog that was not"

    again_after: timedelta = timedelta(days=7)

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on membership."""
        return (
            Watch(
                kind=Kind.MODEL,
                fields=(MEMBERSHIP,),
                compare=Arrives(),
                newcomer=Newcomer.CHANGE,
                settle=self.again_after,
            ),
        )
