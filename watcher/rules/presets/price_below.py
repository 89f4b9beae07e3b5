"""price-below: a model can be had for less than a price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.catalog.price import MILLION
from watcher.rules.level import Level
from watcher.rules.preset import LevelPreset


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBelow(LevelPreset):
    """``usd_per_million`` is the threshold on the cheapest offer of ``meter``."""

    NAME: ClassVar[str] = "price-below"
    TELLS: ClassVar[str] = "level: a model can be had below a price"

    usd_per_million: Decimal
    meter: str = "prompt"

    def levels(self) -> tuple[Level, ...]:
        """Return the threshold on the model's cheapest price."""
        threshold = float(self.usd_per_million / MILLION)
        return (
            Level(
                kind=Kind.MODEL,
                event="model.price",
                quantity=f"pricing.{self.meter}",
                below=threshold,
                recover=threshold,
            ),
        )
