"""quantization-downgrade: an endpoint keeps fewer bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import Downgrades
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizationDowngrade(EdgePreset):
    """No parameters of its own."""

    NAME: ClassVar[str] = "quantization-downgrade"
    TELLS: ClassVar[str] = "an endpoint keeps fewer bits"

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on the facts this is about."""
        return (
            Watch(
                kind=Kind.ENDPOINT, fields=("quantization",), compare=Downgrades(), event="endpoint.changed"
            ),
        )
