"""The cheapest offer of a model, per meter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import EndpointKey
from watcher.catalog.price import CORE_METERS, standing
from watcher.judgement.knowledge.books import offers_of, out_of_service
from watcher.judgement.knowledge.facts import OFFERED, meters_of
from watcher.judgement.state import State, Tracked
from watcher.rules.watch import PRICING


def offered(
    known: Iterable[Tracked[Endpoint]], without: Collection[EndpointKey] = frozenset()
) -> list[Endpoint]:
    """Return the confirmed, not disabled, standard-tier endpoints; uptime plays no part.

    ``without`` are those that another source lists as disabled.
    """
    return [
        tracked.record
        for tracked in known
        if not tracked.gone
        and tracked.record.disabled is not True
        and tracked.record.tier == "standard"
        and tracked.record.key not in without
    ]


def offered_in(state: State, model: str | None) -> list[Endpoint]:
    """Return a model's offers, by the book that leads and what the frontend says of them."""
    return offered(offers_of(state, model).values(), out_of_service(state, model))


def cheapest(endpoints: Iterable[Endpoint]) -> dict[str, tuple[Decimal, Endpoint]]:
    """Return for each meter its lowest standing price (USD per unit) and who offers it.

    Where one endpoint does not say what its tokens cost, nobody is known to be cheapest: it is left out.
    """
    endpoints = tuple(endpoints)
    best: dict[str, tuple[Decimal, Endpoint]] = {}
    for endpoint in endpoints:
        for meter in meters_of(endpoint.tariff):
            price = standing(endpoint.tariff, meter)
            if price is not None and (meter not in best or price < best[meter][0]):
                best[meter] = (price, endpoint)
    silent = {meter for meter in CORE_METERS if any(meter not in one.tariff.meters for one in endpoints)}
    return {meter: offer for meter, offer in best.items() if meter not in silent}


def offerer(state: State, model: str | None, field: str) -> Endpoint | None:
    """Return who offers the lowest of a price (``pricing.prompt``) now; None for any other fact."""
    if not field.startswith(PRICING):
        return None
    best = cheapest(offered_in(state, model)).get(field.removeprefix(PRICING))
    return None if best is None else best[1]


def facts_of_offers(endpoints: Sequence[Endpoint]) -> dict[str, object]:
    """Return what endpoints offer together: the cheapest of each meter, the largest of each length.

    The largest context is unknown while one endpoint's is; a largest answer is often stated by some only.
    """
    prices = {f"pricing.{meter}": price for meter, (price, _) in cheapest(endpoints).items()}
    lengths = {
        name: max((length for endpoint in endpoints if (length := getattr(endpoint, name))), default=None)
        for name in OFFERED
    }
    if not all(endpoint.context_length for endpoint in endpoints):
        lengths["context_length"] = None
    return {**prices, **lengths}
