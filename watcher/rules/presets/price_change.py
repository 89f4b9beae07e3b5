"""price-change: a price differs from what it was when last told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import Differs, PriceDirection, PriceMoved
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch

SCHEDULES = Watch(kind=Kind.ENDPOINT, fields=("schedule",), compare=Differs(), event="endpoint.price_changed")


class Basis(StrEnum):
    """Whose price is followed: each model's cheapest offer, or every endpoint's own."""

    CHEAPEST = "cheapest"
    ENDPOINT = "endpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange(EdgePreset):
    """``percent`` of the anchor and ``at_least`` (USD per million) must both be reached."""

    NAME: ClassVar[str] = "price-change"
    TELLS: ClassVar[str] = "a price differs from its anchor; free to paid and back always counts"
    LASTING: ClassVar[timedelta] = timedelta(minutes=30)

    percent: Decimal = Decimal(10)
    at_least: Decimal = Decimal(0)
    direction: PriceDirection = PriceDirection.ANY
    meters: tuple[str, ...] = ("prompt", "completion")
    basis: Basis = Basis.CHEAPEST

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on the chosen meters of the chosen basis, and the one on endpoints' schedules.

        A price that follows the clock counts as its highest window; a window below it that moves is told as
        the schedule that changed.
        """
        kind = Kind.MODEL if self.basis is Basis.CHEAPEST else Kind.ENDPOINT
        return (
            Watch(
                kind=kind,
                fields=tuple(f"pricing.{meter}" for meter in self.meters),
                compare=PriceMoved(self.percent, self.at_least, self.direction),
                event=f"{kind}.price_changed",
            ),
            *([SCHEDULES] if self.direction is PriceDirection.ANY else []),
        )
