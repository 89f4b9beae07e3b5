"""new-free-variant: something can be had for nothing that could not before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import BecomesFree
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import FREE, Newcomer, Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFreeVariant(EdgePreset):
    """``again_after``: how long an id must have been away to be new again."""

    NAME: ClassVar[str] = "new-free-variant"
    TELLS: ClassVar[str] = (
        "a model id, new to us, that is free, at once; or one that became free, after `for`"
    )
    LASTING: ClassVar[timedelta] = timedelta(minutes=30)

    again_after: timedelta = timedelta(days=7)

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on being free; a newcomer counts at once."""
        return (
            Watch(
                kind=Kind.MODEL,
                fields=(FREE,),
                compare=BecomesFree(),
                newcomer=Newcomer.CHANGE,
                newcomer_at_once=True,
                settle=self.again_after,
            ),
        )
