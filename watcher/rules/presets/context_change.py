"""context-change: a model offers a smaller context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import Shrinks
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextChange(EdgePreset):
    """No parameters of its own."""

    NAME: ClassVar[str] = "context-change"
    TELLS: ClassVar[str] = "a model offers a smaller context"

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on the facts this is about."""
        return (Watch(kind=Kind.MODEL, fields=("context_length",), compare=Shrinks(), event="model.changed"),)
