"""The simulated frontend: the body of each of its surfaces, in the shapes of either generation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.catalog.names import Surface
from watcher.simulator.bodies import Row
from watcher.simulator.catalog import Catalog, Listing
from watcher.simulator.frontend_past import Course, listed_pricing, uptime_hourly, uptime_recent
from watcher.simulator.frontend_rows import (
    frontend_provider_row,
    listing_row,
    offer_row,
    past_row,
    unserved,
    uuid_of,
)
from watcher.simulator.frontend_usage import activity, author, changelog, openapi, top_apps, versions
from watcher.simulator.generations import Generation

PAST_MODELS = 5
PAST_SHARE = 4
"""The catalog keeps one model that is no more for every so many that are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontend:
    """What the frontend shows in one minute; None is what it answers with 404."""

    catalog: Catalog
    minute: int
    course: Course

    def body(self, surface: Surface, key: str, generation: Generation = Generation.Y2026) -> object:
        """Return the body of a surface; ``key`` is what is asked for, as in a recorded poll."""
        match surface:
            case Surface.FRONTEND:
                return {"data": self.providers(generation)}
            case Surface.FRONTEND_CATALOG:
                return {"data": self._models(generation)}
            case Surface.UPTIME_RECENT:
                return uptime_recent(self.catalog, self._variants(key), self.minute)
            case Surface.UPTIME_HOURLY:
                return uptime_hourly(self.catalog, key, self.minute)
            case Surface.AUTHORS:
                return author(self.catalog, key, self.minute, self.course, generation)
            case Surface.SCHEMA:
                return openapi(self.catalog) if key == "openapi" else changelog(self.catalog)
            case Surface.VERSIONS:
                return versions(self._asked(key))
            case _:
                listing = self._asked(key)
                return None if listing is None else self._of_model(surface, listing, generation)

    def keys(self, surface: Surface) -> list[str]:
        """Return all that a surface can be asked for; what is no more is not among it."""
        served = [listing for listing in self.catalog.listings.values() if listing.offers]
        match surface:
            case Surface.UPTIME_RECENT:
                return list(dict.fromkeys(listing.canonical_slug for listing in served))
            case Surface.UPTIME_HOURLY:
                return [
                    uuid_of(self.catalog, listing, offer)
                    for listing in served
                    for offer in listing.offers
                    if offer.service_tier is None
                ]
            case Surface.AUTHORS:
                return list(dict.fromkeys(listing.id.partition("/")[0] for listing in served))
            case Surface.SCHEMA:
                return ["openapi", "changelog"]
            case _:
                return [asked_as(listing) for listing in served]

    def _of_model(self, surface: Surface, listing: Listing, generation: Generation) -> object:
        match surface:
            case Surface.FRONTEND_ENDPOINTS:
                rows = self._offers(listing, generation)
                return {"data": rows} if rows else None
            case Surface.ACTIVITY:
                return activity(self.catalog, listing, self.minute, self.course)
            case Surface.LISTED_PRICES:
                return listed_pricing(self.catalog, listing, self.course)
            case _:
                return top_apps(self.catalog, listing, generation)

    def providers(self, generation: Generation = Generation.Y2026) -> list[Row]:
        """Return the rows of all providers."""
        hosts = self.catalog.hosts.values()
        return [frontend_provider_row(self.catalog, host, generation) for host in hosts]

    def _models(self, generation: Generation) -> list[Row]:
        """Return every model that is, and those that were: in the script and long before it."""
        now = self.catalog.listings
        gone: Mapping[str, Listing] = {
            id_: unserved(listing)
            for _, catalog in self.course.phases
            for id_, listing in catalog.listings.items()
            if id_ not in now
        }
        rows = [
            listing_row(self.catalog, listing, self.minute, generation)
            for listing in (*now.values(), *gone.values())
        ]
        past = max(PAST_MODELS, len(now) // PAST_SHARE)
        return rows + [past_row(number, self.catalog.seed, generation) for number in range(past)]

    def _offers(self, listing: Listing, generation: Generation) -> list[Row]:
        return [
            offer_row(self.catalog, listing, offer, self.minute, generation)
            for offer in listing.offers
            if offer.service_tier is None
        ]

    def _asked(self, key: str) -> Listing | None:
        found = (listing for listing in self.catalog.listings.values() if asked_as(listing) == key)
        return next((listing for listing in found if listing.alias_target is None), None)

    def _variants(self, permaslug: str) -> list[Listing]:
        return [listing for listing in self.catalog.listings.values() if listing.canonical_slug == permaslug]


def asked_as(listing: Listing) -> str:
    """Return ``permaslug|variant``, what the frontend is asked for a model by."""
    return f"{listing.canonical_slug}|{listing.id.partition(':')[2] or 'standard'}"
