"""capability-lost: a model lost tools, reasoning or a modality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import LosesCapability
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityLost(EdgePreset):
    """No parameters of its own."""

    NAME: ClassVar[str] = "capability-lost"
    TELLS: ClassVar[str] = "a model lost tools, reasoning or a modality"

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on the facts this is about."""
        return (
            Watch(
                kind=Kind.MODEL,
                fields=(
                    "supported_parameters",
                    "input_modalities",
                    "output_modalities",
                ),
                compare=LosesCapability(),
                event="model.changed",
            ),
        )
