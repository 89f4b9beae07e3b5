"""announced-price: a price that will hold from a known instant on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import Differs
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedPrice(EdgePreset):
    """No parameters of its own. Only the frontend lists it."""

    NAME: ClassVar[str] = "announced-price"
    TELLS: ClassVar[str] = "a price was announced for a later instant, or that was moved or withdrawn"

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on what is announced of every meter of an endpoint."""
        return (
            Watch(
                kind=Kind.ENDPOINT,
                fields=("announced.*",),
                compare=Differs(),
                event="endpoint.price_announced",
            ),
        )
