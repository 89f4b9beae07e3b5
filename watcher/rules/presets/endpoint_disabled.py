"""endpoint-disabled: an endpoint is listed, and nothing or little is sent there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import BecomesTrue
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDisabled(EdgePreset):
    """No parameters of its own. Only the frontend lists it."""

    NAME: ClassVar[str] = "endpoint-disabled"
    TELLS: ClassVar[str] = (
        "an endpoint was disabled, hidden or put behind the others; once told, its end is told"
    )
    LASTING: ClassVar[timedelta] = timedelta(minutes=30)

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on the facts this is about."""
        return (
            Watch(
                kind=Kind.ENDPOINT,
                fields=("disabled", "deranked", "hidden"),
                compare=BecomesTrue(),
                event="endpoint.changed",
            ),
        )
