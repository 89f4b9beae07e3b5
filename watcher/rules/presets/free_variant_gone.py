"""free-variant-gone: something free left or began to cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import StopsBeingFree
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import FREE, Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeVariantGone(EdgePreset):
    """No parameters of its own."""

    NAME: ClassVar[str] = "free-variant-gone"
    TELLS: ClassVar[str] = "a free model left or began to cost; if told, its return is told"

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on being free."""
        return (Watch(kind=Kind.MODEL, fields=(FREE,), compare=StopsBeingFree()),)
