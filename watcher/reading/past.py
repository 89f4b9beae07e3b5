"""The past: bodies of the frontend's stats/listed-pricing, stats/uptime-recent and stats/uptime-hourly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from watcher.catalog.names import ModelId, Surface
from watcher.catalog.past import PricePoint, PriceSeries, UptimePoint
from watcher.catalog.sheets import ListedPricesSheet, UptimesSheet
from watcher.reading.asked import Ids, Reasons, answers
from watcher.reading.fields import UnreadableRowError, identity, identity_or_none, part, text
from watcher.reading.prices import price
from watcher.reading.telemetry import percent

METERS = {
    "input": "prompt",
    "output": "completion",
    "cacheRead": "input_cache_read",
    "cacheWrite": "input_cache_write",
}
"""What a series is called upstream, and the meter it is about."""
PER_MILLION = -6


def listed_prices(bodies: object, ids: Ids, unanswered: Reasons) -> ListedPricesSheet:
    """Return the sheet of the bodies by ``permaslug|variant``; prices come in USD per million."""

    def read(asked: str, body: object) -> Iterable[tuple[ModelId, tuple[PriceSeries, ...]]] | None:
        listed = part(part(body).get("data")).get("series")
        if not isinstance(listed, list) or asked not in ids:
            return None if asked in ids else ()
        return ((ids[asked], tuple(_series(part(one)) for one in listed)),)

    return answers(Surface.LISTED_PRICES, bodies, unanswered, read)


def uptimes(bodies: object, surface: Surface, unanswered: Reasons) -> UptimesSheet:
    """Return the sheet of the bodies of either surface, by the endpoint's uuid, oldest first.

    Those of uptime-recent are by permaslug and map uuids to days, those of uptime-hourly are by uuid.
    """

    def read(asked: str, body: object) -> Iterable[tuple[str, tuple[UptimePoint, ...]]] | None:
        data = part(body).get("data")
        if not isinstance(data, dict):
            return None
        if surface is Surface.UPTIME_HOURLY:
            history = data.get("history")
            return ((asked, _uptimes(history)),) if isinstance(history, list) else None
        return [(str(uuid), _uptimes(days)) for uuid, days in data.items() if identity_or_none(uuid)]

    return answers(surface, bodies, unanswered, read)


def instant(value: object) -> datetime | None:
    """Return a time in UTC; one without a zone is UTC (observed)."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
        if read is None:
            return None
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _series(row: Mapping[str, object]) -> PriceSeries:
    meters = {meter: tuple(_points(row[name])) for name, meter in METERS.items() if row.get(name)}
    return PriceSeries(
        uuid=identity(row.get("endpointId"), "endpointId"),
        provider=text(row.get("providerSlug")),
        provider_name=text(row.get("providerName")),
        meters=meters,
        scheduled=bool(row.get("schedule")),
    )


def _points(listed: object) -> Iterator[PricePoint]:
    found = {}
    for row in listed if isinstance(listed, list) else ():
        at, value = instant(part(row).get("at")), part(row).get("value")
        amount = None if value is None else price(value)
        if at is None or (amount is None and value is not None):
            raise UnreadableRowError("a point of a price series without its time or price")
        found[at] = None if amount is None else _per_unit(amount)
    yield from (PricePoint(at, found[at]) for at in sorted(found))


def _per_unit(amount: Decimal) -> Decimal:
    return amount.scaleb(PER_MILLION) if amount > 0 else amount


def _uptimes(listed: object) -> tuple[UptimePoint, ...]:
    """Return the points in order; one that is listed twice with two different values is unknown."""
    found: dict[datetime, set[float]] = {}
    for row in map(part, listed) if isinstance(listed, list) else ():
        at, uptime = instant(row.get("date")), percent(row.get("uptime"))
        if at is not None:
            found.setdefault(at, set()).update(() if uptime is None else (uptime,))
    return tuple(UptimePoint(at, min(found[at]) if len(found[at]) == 1 else None) for at in sorted(found))
