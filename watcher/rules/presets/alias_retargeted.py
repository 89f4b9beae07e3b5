"""alias-retargeted: an alias points to another model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import Differs
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRetargeted(EdgePreset):
    """No parameters of its own."""

    NAME: ClassVar[str] = "alias-retargeted"
    TELLS: ClassVar[str] = "an alias points to another model"

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on the facts this is about."""
        return (
            Watch(kind=Kind.MODEL, fields=("alias_target",), compare=Differs(), event="alias.retargeted"),
        )
