"""Events that the frontend alone shows: endpoints' policies, announcements, warnings, who uses a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from watcher.simulator.catalog import Catalog, Listing, Offer, offer_of, with_listing, with_offer
from watcher.simulator.offers import scaled
from watcher.simulator.once import Once
from watcher.simulator.pricing import factor_of, moved, price_truths
from watcher.simulator.truth import Truth

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointPolicyFlips(Once):
    """One endpoint's own policy changes, its provider's record does not; ``changes`` as in PolicyFlips."""

    model: str
    tag: str
    changes: Mapping[str, bool | int | None] = field(default_factory=lambda: {"training": True})

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the endpoint's new policy."""
        if elapsed < self.at:
            return catalog
        return _changed(catalog, self.model, self.tag, self._flipped)

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # told at once
        """Return one truth a fact that moves from one known value to another, about the endpoint."""
        offer = offer_of(before.listings[self.model], self.tag)
        host = before.hosts[offer.host]
        subject = f"{self.model} @ {self.tag}"
        return tuple(
            Truth(preset="data-policy-flip", subject=subject, at=self.at, field=fact)
            for fact, value in self.changes.items()
            if None not in (value, was := offer.policy.get(fact, getattr(host, fact))) and value != was
        )

    def _flipped(self, offer: Offer) -> Offer:
        return replace(offer, policy={**offer.policy, **self.changes})


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDisabled(Once):
    """One endpoint is disabled at ``at``: it is listed, and nothing is sent there."""

    model: str
    tag: str

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the endpoint disabled."""
        if elapsed < self.at:
            return catalog
        return _changed(catalog, self.model, self.tag, _disabled)

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # it stays so
        """Return that it was disabled, and what that does to the model's cheapest price."""
        listing = before.listings[self.model]
        rest = replace(listing, offers=tuple(offer for offer in listing.offers if offer.tag != self.tag))
        subject = f"{self.model} @ {self.tag}"
        disabled = Truth(preset="endpoint-disabled", subject=subject, at=self.at, field="disabled")
        return (disabled, *price_truths(listing, rest, self.at))


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceAnnounced:
    """It is announced at ``at`` that an offer's prices move by ``percent`` at ``effective``; then they do."""

    at: timedelta
    effective: timedelta
    model: str
    tag: str
    percent: Decimal

    def moments(self) -> Sequence[timedelta]:
        """Return when the catalog changes."""
        return (self.at, self.effective)

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the announcement, and then with the prices."""
        if elapsed < self.at or self.model not in catalog.listings:
            return catalog
        if elapsed >= self.effective:
            return with_listing(catalog, self._after(catalog.listings[self.model]))
        return _changed(catalog, self.model, self.tag, self._announced)

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # it stays so
        """Return the announcement, and the move of the cheapest price when it comes."""
        listing = before.listings[self.model]
        subject = f"{self.model} @ {self.tag}"
        announced = Truth(preset="announced-price", subject=subject, at=self.at)
        return (announced, *price_truths(listing, self._after(listing), self.effective))

    def _announced(self, offer: Offer) -> Offer:
        prices = scaled(offer.prices, factor_of(self.percent))
        return replace(offer, announced=((self.effective // MINUTE, prices),))

    def _after(self, listing: Listing) -> Listing:
        return moved(listing, self.tag, factor_of(self.percent))


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningAppears(Once):
    """A warning is written above a model at ``at``."""

    model: str
    text: str

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the warning."""
        if elapsed < self.at or self.model not in catalog.listings:
            return catalog
        return with_listing(catalog, replace(catalog.listings[self.model], warning=self.text))

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # always so
        """Return the warning."""
        return (Truth(preset="warning-message", subject=self.model, at=self.at, field="warning"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppEnters(Once):
    """An app that was not among those that use a model most is the first of them from ``at`` on."""

    model: str
    app: str

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the app before all others, the last of which falls out."""
        if elapsed < self.at or self.model not in catalog.listings:
            return catalog
        listing = catalog.listings[self.model]
        return with_listing(catalog, replace(listing, newcomers=(self.app, *listing.newcomers)))

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # always so
        """Return the newcomer."""
        return (Truth(preset="app-entered-top", subject=self.model, at=self.at),)


@dataclass(frozen=True, slots=True, kw_only=True)
class UseMoves(Once):
    """From ``at`` on a model's days are busier by ``percent``, from the one that is told of last on."""

    model: str
    percent: Decimal

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the model's days as busy as they are now."""
        if elapsed < self.at or self.model not in catalog.listings:
            return catalog
        listing = catalog.listings[self.model]
        begun = (self.at // MINUTE, factor_of(self.percent))
        return with_listing(catalog, replace(listing, busier=(*listing.busier, begun)))

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # it stays so
        """Return the new level, for a rule whose threshold lies between."""
        return (Truth(preset="model.tokens", subject=self.model, at=self.at, field="tokens"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPublished(Once):
    """A version of a model is published at ``at``."""

    model: str
    version: str

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the version before all others."""
        if elapsed < self.at or self.model not in catalog.listings:
            return catalog
        listing = catalog.listings[self.model]
        return with_listing(catalog, replace(listing, versions=(self.version, *listing.versions)))

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # always so
        """Return the newcomer."""
        return (Truth(preset="version-published", subject=self.model, at=self.at),)


def _disabled(offer: Offer) -> Offer:
    return replace(offer, disabled=True)


def _changed(catalog: Catalog, model: str, tag: str, change: Callable[[Offer], Offer]) -> Catalog:
    """Return the catalog with one offer changed, where its model is listed and offers it."""
    listing = catalog.listings.get(model)
    if listing is None or all(offer.tag != tag for offer in listing.offers):
        return catalog
    return with_listing(catalog, with_offer(listing, tag, change(offer_of(listing, tag))))
