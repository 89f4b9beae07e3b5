"""Events that move how things are rather than what they cost: outages, policies and the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from watcher.simulator.catalog import Catalog, Growth, Listing, Outage, Table, Traffic
from watcher.simulator.once import Once
from watcher.simulator.truth import Truth

MINUTE = timedelta(minutes=1)
BAD_MINUTES = 4
"""As many of thirty bring a well offer below 90 %."""
_FOREVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDown:
    """Every attempt at one offer fails from ``at`` until ``until``; its twins share its telemetry."""

    at: timedelta
    model: str
    tag: str
    until: timedelta = _FOREVER

    def moments(self) -> Sequence[timedelta]:
        """Return when the catalog changes: once, for the outage has its end in it."""
        return (self.at,)

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the outage on record."""
        return catalog if elapsed < self.at else _failing(catalog, self, self.tag)

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:
        """Return an uptime drop only where nobody else serves the model."""
        others = [offer for offer in before.listings[self.model].offers if _reads(offer.traffic)]
        alone = all(self.tag in {offer.tag, offer.twin_of} for offer in others)
        return _drop(before.listings[self.model], self.at, self.until, patience) if alone else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDown:
    """Every attempt at every offer of a model fails from ``at`` until ``until``."""

    at: timedelta
    model: str
    until: timedelta = _FOREVER

    def moments(self) -> Sequence[timedelta]:
        """Return when the catalog changes: once, for the outage has its end in it."""
        return (self.at,)

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the outage on record."""
        return catalog if elapsed < self.at else _failing(catalog, self, None)

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:
        """Return the uptime drop, if the outage outlasts patience."""
        return _drop(before.listings[self.model], self.at, self.until, patience)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFlips(Once):
    """A host's policy changes: ``changes`` are attributes of Host (training, retains_prompts, zdr, …)."""

    host: str
    changes: Mapping[str, bool | int | None] = field(default_factory=lambda: {"training": True})

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the host's new policy."""
        if elapsed < self.at:
            return catalog
        host = replace(catalog.hosts[self.host], **self.changes)  # type: ignore[arg-type]  # fields of Host
        return replace(catalog, hosts={**catalog.hosts, self.host: host})

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # told at once
        """Return one truth a fact that moves from one known value to another."""
        host = before.hosts[self.host]
        return tuple(
            Truth(preset="data-policy-flip", subject=self.host, at=self.at, field=fact)
            for fact, value in self.changes.items()
            if None not in (value, getattr(host, fact)) and value != getattr(host, fact)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaGrows(Once):
    """From ``at`` on every row of a table carries a field; before, none does, not even a usual one."""

    table: Table
    field: str
    value: object

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog with the field on all rows or on none."""
        growth = Growth(table=self.table, field=self.field, value=self.value, present=elapsed >= self.at)
        return replace(catalog, growths=(*catalog.growths, growth))

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:  # noqa: ARG002  # by nature
        """Return nothing: learning is no change."""
        return ()


def _failing(catalog: Catalog, event: EndpointDown | ModelDown, tag: str | None) -> Catalog:
    outage = Outage(model=event.model, tag=tag, since=event.at // MINUTE, until=event.until // MINUTE)
    return replace(catalog, outages=(*catalog.outages, outage))


def _drop(listing: Listing, at: timedelta, until: timedelta, patience: timedelta) -> tuple[Truth, ...]:
    seen = any(_reads(offer.traffic) for offer in listing.offers)
    if until - at <= patience or not seen:
        return ()
    begins = at + BAD_MINUTES * MINUTE
    return (Truth(preset="uptime-drop", subject=listing.id, at=begins, field="uptime_30m", until=until),)


def _reads(traffic: Traffic) -> bool:
    return traffic is not Traffic.NONE
