"""Leaders: which endpoint a model's row shows the price of, and what its price is measured from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.model import Model
from watcher.catalog.names import ModelId
from watcher.catalog.price import CORE_METERS
from watcher.judgement.knowledge.books import offers_of
from watcher.judgement.knowledge.cheapest import cheapest, offered_in
from watcher.judgement.knowledge.facts import facts_of_tariff
from watcher.judgement.knowledge.listed_facts import listed_facts
from watcher.judgement.state import ListedPrice, State
from watcher.rules.watch import LISTED, PRICING

CORE = frozenset(f"{LISTED}{meter}" for meter in CORE_METERS)
Shown = tuple[ListedPrice, ...]
"""What a row showed, once for each endpoint that led."""


def listed_price(model: Model) -> ListedPrice:
    """Return what a row shows of the endpoint that leads; an alias and a router show no price."""
    return ListedPrice(
        prices=listed_facts(model),
        context_length=model.context_length,
        max_completion_tokens=model.max_completion_tokens,
        moderated=model.moderated,
    )


def is_same_leader(one: ListedPrice, other: ListedPrice) -> bool:
    """Tell whether a row shows the same endpoint: another has other limits, or charges for other things."""
    return _leader(one) == _leader(other)


def measured_from(state: State, key: ModelId, shown: Shown, now: ListedPrice) -> Mapping[str, object]:
    """Return the prices that a row's are measured from; those that are no news are the row's own.

    They are what it showed of the same endpoint before, unless the last book lists both: these are two
    endpoints. What another endpoint costs is news only where the last book has nothing so cheap.
    """
    was = next((price for price in shown if is_same_leader(price, now)), None)
    if was is None:
        return {**now.prices, **dict(_undercut(state, key, shown, now))}
    return now.prices if is_in_the_book(state, key, was) and is_in_the_book(state, key, now) else was.prices


def is_in_the_book(state: State, key: ModelId, price: ListedPrice) -> bool:
    """Tell whether the last book lists an endpoint at a row's price: then none need have moved its price."""
    return any(
        not tracked.gone and _is_shown(tracked.record, price) for tracked in offers_of(state, key).values()
    )


def core_of(price: ListedPrice) -> Mapping[str, object]:
    """Return what a row's tokens cost."""
    return {name: price.prices.get(name) for name in CORE}


def _leader(price: ListedPrice) -> tuple[object, ...]:
    beside = frozenset(price.prices.keys() - CORE)
    return price.context_length, price.max_completion_tokens, price.moderated, beside


def _undercut(state: State, key: ModelId, shown: Shown, now: ListedPrice) -> Iterator[tuple[str, Decimal]]:
    """Yield the lowest price known of each meter that the row is below.

    The only endpoint of a model costs what the row showed last; of several each may be the cheapest still.
    """
    offers = offered_in(state, key)
    best = cheapest(offers)
    for meter in CORE_METERS:
        name = f"{LISTED}{meter}"
        price = now.prices.get(name)
        if meter not in best or not isinstance(price, Decimal):
            continue
        known = [best[meter][0], *(one.prices.get(name) for one in shown)]
        last = known[-1:] if len(offers) == 1 else known
        lowest = min((one for one in last if isinstance(one, Decimal)), default=price)
        if price < lowest:
            yield name, lowest


def _is_shown(endpoint: Endpoint, price: ListedPrice) -> bool:
    longest = (endpoint.max_completion_tokens, price.max_completion_tokens)
    if None not in longest and longest[0] != longest[1]:
        return False
    known = facts_of_tariff(endpoint.tariff)
    return all(known.get(PRICING + name.removeprefix(LISTED)) == price.prices.get(name) for name in CORE)
