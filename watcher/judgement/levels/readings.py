"""Readings: what a level holds against its threshold, for each subject that a poll answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple, assert_never

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import EndpointKey, Kind, ModelId
from watcher.catalog.telemetry import UNREAD, Telemetry
from watcher.judgement.knowledge.books import all_offers, offers_of
from watcher.judgement.knowledge.cheapest import cheapest, offered_in
from watcher.judgement.knowledge.listed_facts import listed_facts
from watcher.judgement.knowledge.present import is_alias_in
from watcher.judgement.knowledge.subjects import (
    Slugs,
    subject_of_endpoint,
    subject_of_model,
    subject_of_provider,
)
from watcher.judgement.knowledge.usage import last_day_of_use
from watcher.judgement.state import State, Tracked
from watcher.rules.level import Level
from watcher.rules.subject import Subject
from watcher.rules.watch import LISTED

SERVED_WELL = 80.0
"""OpenRouter calls an endpoint below this uptime down (for-providers page, section 10)."""
FEWEST_ENDPOINTS = 3
Reading = tuple[Subject, float | None]


class Served(NamedTuple):
    """How many of a provider's endpoints are served well, and of how many it is known."""

    well: int
    known: int


def readings(state: State, level: Level, answered: Iterable[ModelId], slugs: Slugs) -> Iterator[Reading]:
    """Yield each answered subject with its reading; None is unknown. An alias has none of its own."""
    answered = [model for model in answered if not is_alias_in(state, model)]
    match level.kind:
        case Kind.MODEL if level.quantity.startswith("pricing."):
            meter = level.quantity.partition(".")[2]
            for model in answered:
                best = cheapest(offered_in(state, model)).get(meter)
                yield subject_of_model(model), None if best is None else float(best[0])
        case Kind.MODEL:
            yield from _models(state, level.quantity, answered)
        case Kind.ENDPOINT:
            for tracked in _listed(state, answered):
                if not _is_twin(tracked.record, state):
                    reading = state.telemetry.get(tracked.record.key, UNREAD)
                    yield subject_of_endpoint(tracked, slugs), getattr(reading, level.quantity)
        case Kind.PROVIDER:
            yield from _providers(state, level.quantity, slugs)
        case Kind.CATALOG:
            return
        case _:
            assert_never(level.kind)


def listed_readings(state: State, level: Level, answered: Iterable[ModelId]) -> Iterator[Reading]:
    """Yield the price that each model's own row shows, as far as it tells on which side the cheapest lies.

    The endpoint that leads is no cheaper than the cheapest: a row's price under a threshold says that the
    model can be had under it, one above says nothing.
    """
    meter = level.quantity.partition(".")[2]
    for name in answered:
        tracked = state.models.get(name)
        price = (
            None if tracked is None or tracked.gone else listed_facts(tracked.record).get(f"{LISTED}{meter}")
        )
        value = float(price) if isinstance(price, Decimal) else None
        is_low = value is not None and value < (level.recover if level.below is None else level.below)
        yield subject_of_model(name), value if is_low else None


def readings_of_use(state: State, answered: Iterable[ModelId]) -> Iterator[Reading]:
    """Yield the tokens of each model's last whole day."""
    for model in answered:
        if not is_alias_in(state, model):
            day = last_day_of_use(state, model)
            tokens = None if day is None else day.tokens
            yield subject_of_model(model), None if tokens is None else float(tokens)


def _models(state: State, quantity: str, answered: Iterable[ModelId]) -> Iterator[Reading]:
    """Yield the best known uptime of each model's listed endpoints."""
    column = Telemetry._fields.index(quantity)
    telemetry = state.telemetry
    for model in answered:
        best: float | None = None
        for key in offers_of(state, model):
            reading = telemetry.get(key)
            value = None if reading is None else reading[column]
            if value is not None and (best is None or value > best):
                best = value
        yield subject_of_model(model), best


def uptimes(state: State, model: str | None, quantity: str) -> list[tuple[str, float | None]]:
    """Return the tag and the uptime of each of a model's endpoints, the best first; None is unknown."""
    read = [
        (tracked.record.key.tag, getattr(state.telemetry.get(tracked.record.key, UNREAD), quantity))
        for tracked in _listed(state, [ModelId(model or "")])
    ]
    return sorted(read, key=lambda each: (each[1] is None, -(each[1] or 0.0), each[0]))


def _listed(state: State, models: Iterable[ModelId]) -> Iterator[Tracked[Endpoint]]:
    for model in models:
        for tracked in offers_of(state, model).values():
            if tracked.missing_since is None and not tracked.gone:
                yield tracked


def _is_twin(endpoint: Endpoint, state: State) -> bool:
    """Tell whether a service-tier row repeats the uptime of its standard endpoint (observed)."""
    if endpoint.tier == "standard":
        return False
    return any(
        other.record.provider_name == endpoint.provider_name
        and other.record.tier == "standard"
        and not other.gone
        for other in offers_of(state, endpoint.key.model).values()
    )


def _providers(state: State, quantity: str, slugs: Slugs) -> Iterator[Reading]:
    """Yield 100 x endpoints served well / endpoints with known uptime, for providers with at least three."""
    for slug, count in sorted(served(state, quantity, slugs).items()):
        enough = count.known >= FEWEST_ENDPOINTS
        yield subject_of_provider(slug), 100.0 * count.well / count.known if enough else None


def served(state: State, quantity: str, slugs: Slugs) -> Mapping[str, Served]:
    """Return how each provider's endpoints do of which the uptime is known."""
    column = Telemetry._fields.index(quantity)
    known: Mapping[str, list[float]] = defaultdict(list)
    own = (model for model, _ in all_offers(state) if not is_alias_in(state, model))
    for tracked in _listed(state, own):
        reading = state.telemetry.get(EndpointKey(*tracked.record.key))
        value = None if reading is None else reading[column]
        if value is not None and not _is_twin(tracked.record, state):
            known[slugs.of(tracked.record)].append(value)
    return {
        slug: Served(well=sum(value >= SERVED_WELL for value in values), known=len(values))
        for slug, values in known.items()
    }
