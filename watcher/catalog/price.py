"""Prices: what each meter of an offer costs, in USD per unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

DYNAMIC = Decimal(-1)
"""Upstream's sentinel for a price decided at each request (routers); never a number to compute with."""

ZERO = Decimal(0)
CORE_METERS = ("prompt", "completion")
MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A price under a condition: above a prompt length, or inside a UTC window (HHMM, may wrap)."""

    min_prompt_tokens: int | None = None
    utc_start: int | None = None
    utc_end: int | None = None
    utc_days: tuple[str, ...] = ()
    meters: Mapping[str, Decimal]

    @property
    def is_scheduled(self) -> bool:
        """Tell whether the clock decides when this price holds."""
        return self.utc_start is not None or self.utc_end is not None or bool(self.utc_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """All prices of one offer.

    ``meters`` maps a meter to USD per unit (per token unless OpenRouter says otherwise). A meter that is
    absent is not charged or not known; ``0`` is free; ``-1`` is dynamic. ``discount`` is a fraction that is
    already applied.
    """

    meters: Mapping[str, Decimal]
    discount: Decimal | None = None
    overrides: tuple[Override, ...] = ()

    @property
    def is_scheduled(self) -> bool:
        """Tell whether the clock moves any price of this tariff."""
        return any(override.is_scheduled for override in self.overrides)

    @property
    def is_free(self) -> bool:
        """Tell whether nothing is charged for anything.

        Prompt and completion must be known: an unknown price is not a free one. A single other meter above
        zero (web search, say) makes an offer billed, whatever its tokens cost.
        """
        if any(self.meters.get(meter) != ZERO for meter in CORE_METERS):
            return False
        conditional = (price for override in self.overrides for price in override.meters.values())
        return not any(self.meters.values()) and not any(conditional)


def standing(tariff: Tariff, meter: str) -> Decimal | None:
    """Return the price that holds whatever the hour, or None where it is absent or dynamic.

    A scheduled price counts as its highest window: upstream's top-level price flips at every window's edge.
    Length tiers count as the base price.
    """
    windows = [
        override.meters[meter]
        for override in tariff.overrides
        if override.is_scheduled and meter in override.meters
    ]
    price = max(windows) if windows else tariff.meters.get(meter)
    return None if price is None or price < ZERO else price


def percent_between(old: Decimal, new: Decimal) -> Decimal | None:
    """Return the move from old to new in percent of old, or None when old is zero."""
    return None if old == ZERO else (new - old) * 100 / old
