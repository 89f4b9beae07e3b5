"""Events that move prices: steps, creep and schedules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from watcher.catalog.price import percent_between
from watcher.simulator.catalog import Catalog, Listing, cheapest, offer_of, with_listing, with_offer
from watcher.simulator.offers import scaled, scaled_override, scheduled
from watcher.simulator.truth import Truth

TOLD_PERCENT = Decimal(10)
"""The least move that the preset price-change tells by default."""
CORE = ("prompt", "completion")


def price_truths(before: Listing, after: Listing, at: timedelta) -> tuple[Truth, ...]:
    """Return the moves of a model's cheapest prices that price-change tells with its default parameters."""
    return tuple(
        Truth(preset="price-change", subject=after.id, at=at, field=f"pricing.{meter}")
        for meter in CORE
        if _is_told(cheapest(before, meter), cheapest(after, meter))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceMoves:
    """One offer's prices move by ``percent`` at ``at``, and back at ``until`` if there is one."""

    at: timedelta
    model: str
    tag: str
    percent: Decimal
    until: timedelta | None = None

    def moments(self) -> Sequence[timedelta]:
        """Return when the catalog changes."""
        return (self.at,) if self.until is None else (self.at, self.until)

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the moved prices; service-tier twins move along."""
        over = self.until is not None and elapsed >= self.until
        if elapsed < self.at or over or self.model not in catalog.listings:
            return catalog
        return with_listing(catalog, moved(catalog.listings[self.model], self.tag, factor_of(self.percent)))

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:
        """Return the move of the cheapest price, and its return; what is undone soon is nothing to tell."""
        listing = before.listings[self.model]
        after = moved(listing, self.tag, factor_of(self.percent))
        if self.until is None:
            return price_truths(listing, after, self.at)
        if self.until - self.at <= patience:
            return ()
        return price_truths(listing, after, self.at) + price_truths(after, listing, self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceCreeps:
    """One offer's prices move by a small ``percent`` of the last one, ``steps`` times, ``every`` so often."""

    at: timedelta
    model: str
    tag: str
    percent: Decimal
    every: timedelta
    steps: int

    def moments(self) -> Sequence[timedelta]:
        """Return when the catalog changes."""
        return tuple(self.at + self.every * step for step in range(self.steps))

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with as many steps as are due."""
        if elapsed < self.at or self.model not in catalog.listings:
            return catalog
        done = min(self.steps, (elapsed - self.at) // self.every + 1)
        return with_listing(catalog, self._after(catalog.listings[self.model], done))

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # a step lasts
        """Return each step at which the move since what was last told is large enough."""
        listing = before.listings[self.model]
        truths: list[Truth] = []
        for meter in CORE:
            anchor = cheapest(listing, meter)
            for step in range(1, self.steps + 1):
                price = cheapest(self._after(listing, step), meter)
                if _is_told(anchor, price):
                    at, anchor = self.at + self.every * (step - 1), price
                    field = f"pricing.{meter}"
                    truths.append(Truth(preset="price-change", subject=self.model, at=at, field=field))
        return tuple(truths)

    def _after(self, listing: Listing, steps: int) -> Listing:
        return moved(listing, self.tag, factor_of(self.percent) ** steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One offer's prices begin to follow the clock: as before at peak, times ``off_peak`` outside (UTC)."""

    at: timedelta
    model: str
    tag: str
    off_peak: Decimal = Decimal("0.5")

    def moments(self) -> Sequence[timedelta]:
        """Return when the catalog changes; the windows' edges come with the clock."""
        return (self.at,)

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the offer under its schedule."""
        if elapsed < self.at or self.model not in catalog.listings:
            return catalog
        listing = catalog.listings[self.model]
        offer = offer_of(listing, self.tag)
        timed = replace(offer, overrides=scheduled(offer.prices, self.off_peak))
        return with_listing(catalog, with_offer(listing, self.tag, timed))

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # it stays so
        """Return the moves of the cheapest standing price (the highest window counts), else the schedule."""
        after = self.apply(before, self.at)
        moves = price_truths(before.listings[self.model], after.listings[self.model], self.at)
        begun = Truth(
            preset="price-change", subject=f"{self.model} @ {self.tag}", at=self.at, field="schedule"
        )
        return moves or (begun,)


def moved(listing: Listing, tag: str, factor: Decimal) -> Listing:
    """Return a listing in which one offer, with its service-tier twins, costs ``factor`` times as much."""
    offers = tuple(
        replace(
            offer,
            prices=scaled(offer.prices, factor),
            overrides=tuple(scaled_override(override, factor) for override in offer.overrides),
        )
        if tag in {offer.tag, offer.twin_of}
        else offer
        for offer in listing.offers
    )
    return replace(listing, offers=offers)


def factor_of(percent: Decimal) -> Decimal:
    """Return what a price is multiplied by when it moves by a percentage."""
    return 1 + percent / 100


def _is_told(old: Decimal | None, new: Decimal | None) -> bool:
    if old is None or new is None or old == new:
        return False
    percent = percent_between(old, new)
    return percent is None or new == 0 or abs(percent) >= TOLD_PERCENT
