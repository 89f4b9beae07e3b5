"""Events that move what is listed: free variants, flaps, removals and new names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from watcher.simulator.catalog import Catalog, offer_of, with_listing, with_offer, without_listing
from watcher.simulator.founding import free_variant
from watcher.simulator.once import Once
from watcher.simulator.pricing import price_truths
from watcher.simulator.truth import Truth

BITS = {"int4": 4, "fp4": 4, "fp6": 6, "fp8": 8, "int8": 8, "bf16": 16, "fp16": 16, "fp32": 32}


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeVariantAppears(Once):
    """``model`` (an id without variant) is offered as ``model:free`` from ``at`` on."""

    model: str

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the free row, newest of all, once it has come."""
        if elapsed < self.at or self.model not in catalog.listings:
            return catalog
        newest = max(row.created for row in catalog.listings.values())
        row = replace(free_variant(catalog.listings[self.model]), created=newest + 3_600)
        return with_listing(catalog, row)

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # told at once
        """Return the new free variant, unless it was there already."""
        free = f"{self.model}:free"
        if free in before.listings or self.model not in before.listings:
            return ()
        presets = ("new-free-variant", "model-added")
        return tuple(Truth(preset=preset, subject=free, at=self.at) for preset in presets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaps:
    """A listed model is absent during some spans; an absence shorter than patience is nothing to tell."""

    model: str
    gone: tuple[tuple[timedelta, timedelta], ...]

    def moments(self) -> Sequence[timedelta]:
        """Return when the catalog changes."""
        return tuple(moment for span in self.gone for moment in span)

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog without the model while it is away."""
        away = any(since <= elapsed < until for since, until in self.gone)
        return without_listing(catalog, self.model) if away else catalog

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:
        """Return the absences that last."""
        return tuple(
            truth
            for since, until in self.gone
            if until - since > patience
            for truth in _leaving(before, self.model, since)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed(Once):
    """A model, or only the offer with ``tag``, leaves at ``at`` for good."""

    model: str
    tag: str | None = None

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog without what has left."""
        if elapsed < self.at or self.model not in catalog.listings:
            return catalog
        if self.tag is None:
            return without_listing(catalog, self.model)
        listing = catalog.listings[self.model]
        rest = tuple(offer for offer in listing.offers if self.tag not in {offer.tag, offer.twin_of})
        return with_listing(catalog, replace(listing, offers=rest))

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # it stays away
        """Return the removal; of an offer only what it does to the model's cheapest price."""
        if self.tag is None:
            return _leaving(before, self.model, self.at)
        after = self.apply(before, self.at)
        return price_truths(before.listings[self.model], after.listings[self.model], self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(Once):
    """An offer is listed under another tag, with another quantization or both: the same endpoint, changed."""

    model: str
    tag: str
    new_tag: str
    quantization: str | None = None

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the offer under its new name."""
        if elapsed < self.at or self.model not in catalog.listings:
            return catalog
        listing = catalog.listings[self.model]
        old = offer_of(listing, self.tag)
        new = replace(
            old,
            tag=self.new_tag,
            quantization=self.quantization or old.quantization,
            born=old.born or old.tag,
        )
        return with_listing(catalog, with_offer(listing, self.tag, new))

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # it stays so
        """Return a quantization downgrade if it is one; a mere new name is nothing to tell."""
        old = offer_of(before.listings[self.model], self.tag).quantization
        new = self.quantization or old
        if BITS.get(new, 0) >= BITS.get(old, 0) or new not in BITS:
            return ()
        subject = f"{self.model} @ {self.new_tag}"
        return (Truth(preset="quantization-downgrade", subject=subject, at=self.at, field="quantization"),)


def _leaving(before: Catalog, model: str, at: timedelta) -> tuple[Truth, ...]:
    if model not in before.listings:
        return ()
    gone = Truth(preset="model-removed", subject=model, at=at)
    free = Truth(preset="free-variant-gone", subject=model, at=at)
    return (gone, free) if model.endswith(":free") else (gone,)
