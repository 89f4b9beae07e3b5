"""The past as the frontend tells it: listed prices with their instants, and uptimes by the day and hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from watcher.simulator.bodies import Row, pulse_of
from watcher.simulator.catalog import Catalog, Listing, Offer, Prices
from watcher.simulator.frontend_rows import uuid_of
from watcher.simulator.offers import MILLION
from watcher.simulator.uptime import HOUR, Pulse, uptime_over

LISTED_METERS = {
    "prompt": "input",
    "completion": "output",
    "input_cache_read": "cacheRead",
    "input_cache_write": "cacheWrite",
}
BEFORE = (
    (timedelta(days=75), Decimal("1.5")),
    (timedelta(days=40), Decimal("1.2")),
    (timedelta(days=12), Decimal(1)),
)
"""What an offer cost before the script, as parts of its first price, so long before it."""

DAYS = 3
HOURS = 73
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a catalog came to be what it is: each phase of the script so far with the time it began (UTC)."""

    start: datetime
    speed: float = 1.0
    phases: Sequence[tuple[datetime, Catalog]] = ()

    def moment(self, minutes: int) -> datetime:
        """Return the real time of a minute of the script."""
        return self.start + timedelta(minutes=minutes) / self.speed


def listed_pricing(catalog: Catalog, listing: Listing, course: Course) -> Row:
    """Return the body of ``stats/listed-pricing``: every change so far, and announced ones."""
    offers = [offer for offer in listing.offers if offer.service_tier is None]
    return {"data": {"series": [_series(catalog, listing, offer, course) for offer in offers]}}


def uptime_recent(catalog: Catalog, variants: Sequence[Listing], minute: int) -> Row:
    """Return the body of ``stats/uptime-recent``: the last days of each endpoint of a model's variants."""
    days = range(minute // DAY * DAY, minute // DAY * DAY - DAYS * DAY, -DAY)
    return {
        "data": {
            uuid_of(catalog, listing, offer): [
                _point(pulse_of(catalog, listing, offer), day, min(day + DAY, minute)) for day in days
            ]
            for listing in variants
            for offer in listing.offers
            if offer.service_tier is None
        }
    }


def uptime_hourly(catalog: Catalog, uuid: str, minute: int) -> Row | None:
    """Return the body of ``stats/uptime-hourly`` of one endpoint, newest first; None where there is none."""
    for listing in catalog.listings.values():
        for offer in listing.offers:
            if uuid_of(catalog, listing, offer) == uuid:
                pulse, this = pulse_of(catalog, listing, offer), minute // HOUR * HOUR
                hours = (this - HOUR * back for back in range(1, HOURS + 1))
                return {"data": {"history": [_point(pulse, hour, hour + HOUR) for hour in hours]}}
    return None


def _series(catalog: Catalog, listing: Listing, offer: Offer, course: Course) -> Row:
    host = catalog.hosts[offer.host]
    uuid = uuid_of(catalog, listing, offer)
    known = list(_known(listing.id, uuid, offer, course))
    meters = [meter for meter in LISTED_METERS if meter in offer.prices]
    series: Row = {"endpointId": uuid, "providerName": host.name, "providerSlug": host.slug}
    series |= {LISTED_METERS[meter]: list(_points(meter, known)) for meter in meters}
    if any("utc_start" in override for override in offer.overrides):
        series["schedule"] = {"windows": [dict(override) for override in offer.overrides]}
    return series


def _known(model: str, uuid: str, offer: Offer, course: Course) -> Iterator[tuple[datetime, Prices]]:
    """Yield what an offer cost from when on: before the script, in its course, and as was announced."""
    phases = [
        (at, found.prices)
        for at, catalog in course.phases
        if (found := _found(catalog, model, uuid)) is not None
    ]
    first = phases[0][1] if phases else offer.prices
    for back, part in BEFORE:
        yield course.start - back, {meter: str(Decimal(price) * part) for meter, price in first.items()}
    yield from phases
    for minutes, prices in offer.announced:
        yield course.moment(minutes), prices


def _found(catalog: Catalog, model: str, uuid: str) -> Offer | None:
    listing = catalog.listings.get(model)
    offers = () if listing is None else listing.offers
    return next((offer for offer in offers if listing and uuid_of(catalog, listing, offer) == uuid), None)


def _points(meter: str, known: Sequence[tuple[datetime, Prices]]) -> Iterator[Row]:
    last = ""
    for at, prices in known:
        price = prices.get(meter)
        if price is not None and price != last:
            stamp = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            yield {"at": stamp, "value": float(Decimal(price) * MILLION)}
            last = price


def _point(pulse: Pulse, begins: int, end: int) -> Row:
    uptime = uptime_over(pulse, end, end - begins)
    return {"date": f"{datetime.fromtimestamp(begins * 60, UTC):%Y-%m-%d %H:%M:%S}", "uptime": uptime}
