"""The cheapest of the past: what a model's lowest prices were before we first saw its endpoints.

It is what the offers that we know of were listed at. Where the past of one of them is unknown (no series,
prices that the clock moves, or a last listed price that is not the one we saw) nobody is known to have been
the cheapest, and nothing is said. Of offers that had left before, upstream lists nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import ModelId
from watcher.catalog.past import PriceSeries
from watcher.catalog.price import CORE_METERS, ZERO, standing
from watcher.catalog.sheets import ListedPricesSheet
from watcher.daemon.past.past_prices import Known, meant
from watcher.judgement.decision import Change
from watcher.judgement.knowledge.moves import Move, recorded
from watcher.judgement.knowledge.subjects import subject_of_model
from watcher.judgement.state import State, Tracked
from watcher.rules.watch import PRICING

NEAR = Decimal("0.000001")
"""Prices that differ by less than this part of themselves are one: upstream writes fractions out."""


class Offered(NamedTuple):
    """An endpoint that a model had when we first saw it, and what is listed of its past."""

    endpoint: Tracked[Endpoint]
    series: PriceSeries | None


def cheapest_past(sheet: ListedPricesSheet, state: State) -> Iterator[Change]:
    """Yield every change of a model's cheapest prices until we first saw its endpoints, oldest first."""
    for model, listed in sheet.rows.items():
        known = state.endpoints.get(model, {})
        if known:
            yield from _of_model(model, known, listed, state)


def _of_model(model: ModelId, known: Known, listed: Sequence[PriceSeries], state: State) -> Iterator[Change]:
    began = min(tracked.first_seen for tracked in known.values())
    series = {
        found.record.key: one for one in listed if (found := meant(one, model, known, state)) is not None
    }
    offered = [
        Offered(tracked, series.get(key))
        for key, tracked in known.items()
        if tracked.first_seen == began and _counts(tracked.record)
    ]
    past = [_trusted(offer, began) for offer in offered]
    pasts = [one for one in past if one is not None]
    if len(pasts) == len(past):
        yield from _moves(model, pasts, began)


def _counts(endpoint: Endpoint) -> bool:
    return endpoint.disabled is not True and endpoint.tier == "standard"


def _trusted(offer: Offered, began: datetime) -> PriceSeries | None:
    """Return the past of an offer, or None where it is not to be known."""
    series, (tracked, _) = offer.series, offer
    tariff = tracked.record.tariff
    if series is None or series.scheduled or tariff.is_scheduled:
        return None
    if tracked.since > tracked.first_seen:  # what it cost then is no longer at hand
        return series
    for meter in series.meters.keys() & tariff.meters.keys():
        listed, seen = _price(series, meter, began), standing(tariff, meter)
        if listed is not None and seen is not None and abs(listed - seen) > seen * NEAR:
            return None
    return series


def _moves(model: ModelId, pasts: Sequence[PriceSeries], began: datetime) -> Iterator[Change]:
    prices: list[dict[str, Decimal | None]] = [{} for _ in pasts]
    last: dict[str, Decimal] = {}
    for at, points in groupby(_points(pasts, began), key=attrgetter("at")):
        moved = set()
        for point in points:
            prices[point.whose][point.meter] = point.price
            moved.add(point.meter)
        for meter, price in _cheapest(prices, moved):
            old, last[meter] = last.get(meter), price
            if old is not None and old != price:
                subject, field = subject_of_model(model), f"{PRICING}{meter}"
                move = Move(subject=subject, field=field, old=old, new=price, at=at, not_before=None)
                yield recorded(move)


class _Point(NamedTuple):
    """From ``at`` on, what a meter costs at the offer with this number; None: nothing, or dynamic."""

    at: datetime
    whose: int
    meter: str
    price: Decimal | None


def _points(pasts: Sequence[PriceSeries], began: datetime) -> list[_Point]:
    """Return all points before we began, oldest first."""
    found = (
        _Point(point.at, whose, meter, _known(point.price))
        for whose, one in enumerate(pasts)
        for meter, points in one.meters.items()
        for point in points
        if point.at < began
    )
    return sorted(found, key=itemgetter(0, 1, 2))


def _cheapest(
    prices: Sequence[Mapping[str, Decimal | None]], moved: Collection[str]
) -> Iterator[tuple[str, Decimal]]:
    """Yield the lowest price of each meter that moved, unless nobody has one or an offer does not say.

    An offer that came or went moves the tokens' prices.
    """
    offered = [own for own in prices if any(price is not None for price in own.values())]
    for meter in sorted({*moved, *CORE_METERS}):
        known = [price for own in offered if (price := own.get(meter)) is not None]
        if known and not (meter in CORE_METERS and len(known) < len(offered)):
            yield meter, min(known)


def _price(series: PriceSeries, meter: str, at: datetime) -> Decimal | None:
    """Return what a meter cost at an instant; None where it was not listed, or dynamic."""
    points = reversed(series.meters.get(meter, ()))
    return _known(next((point.price for point in points if point.at <= at), None))


def _known(price: Decimal | None) -> Decimal | None:
    return None if price is None or price < ZERO else price
