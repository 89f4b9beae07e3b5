"""Clauses: the variables of ``rules.vocabulary`` as they stand for one telling or reading."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import Kind, ModelId, ProviderSlug, author_of, variant_of
from watcher.catalog.price import MILLION, percent_between, standing
from watcher.catalog.telemetry import UNREAD
from watcher.judgement.edges.cases import Telling
from watcher.judgement.knowledge.books import is_known
from watcher.judgement.knowledge.cheapest import cheapest, offered_in
from watcher.judgement.knowledge.present import endpoint_of
from watcher.judgement.knowledge.privacy import privacy_of
from watcher.judgement.knowledge.subjects import slugs_in
from watcher.judgement.knowledge.usage import last_day_of_use
from watcher.judgement.state import State
from watcher.rules.subject import Subject
from watcher.rules.watch import ABSENT, LISTED, NEVER, NOTHING, PRESENT, PRICING, shown_field

Variables = dict[str, object]
WORDS = (ABSENT, NEVER, NOTHING, PRESENT)
POLICY = ("training", "retains_prompts", "retention_days", "zdr")


def telling_variables(state: State, telling: Telling) -> Mapping[str, object]:
    """Return the variables of a change; what is unknown is None."""
    return _subject(state, telling.subject) | _change(telling)


def reading_variables(state: State, subject: Subject, quantity: str, value: float) -> Mapping[str, object]:
    """Return the variables of a level's reading (prices in USD per million)."""
    scale = float(MILLION) if quantity.startswith("pricing.") else 1.0
    return _subject(state, subject) | {"reading.value": value * scale}


def _change(telling: Telling) -> Variables:
    old, new, field = telling.old, telling.new, telling.field
    return {
        "change.field": shown_field(field),
        "change.percent": percent_of(old, new),
        "change.old": _number(field, old),
        "change.new": _number(field, new),
        "change.text": new if isinstance(new, str) and new not in WORDS else None,
    }


def percent_of(old: object, new: object) -> Decimal | None:
    """Return the move in percent of old; None where it has none."""
    if isinstance(old, bool) or isinstance(new, bool):
        return None
    if isinstance(old, Decimal | int) and isinstance(new, Decimal | int):
        return percent_between(Decimal(old), Decimal(new))
    return None


def _number(field: str, value: object) -> object:
    if isinstance(value, Decimal):
        return value * MILLION if field.startswith((PRICING, LISTED)) else value
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _subject(state: State, subject: Subject) -> Variables:
    match subject.kind:
        case Kind.MODEL:
            return _model(state, subject.model)
        case Kind.ENDPOINT:
            return _model(state, subject.model) | _provider(state, subject) | _endpoint(state, subject)
        case Kind.PROVIDER:
            return _provider(state, subject)
        case Kind.CATALOG:
            return {}
    assert_never(subject.kind)


def _model(state: State, name: str | None) -> Variables:
    tracked = state.models.get(ModelId(name or ""))
    if tracked is None:
        return {}
    model = tracked.record
    offers = offered_in(state, name)
    best = {meter: price * MILLION for meter, (price, _) in cheapest(offers).items()}
    day = last_day_of_use(state, name)
    return {
        "model.id": model.id,
        "model.name": model.name,
        "model.author": author_of(model.id),
        "model.variant": variant_of(model.id),
        "model.is_free": model.is_free,
        "model.is_alias": model.is_alias,
        "model.context_length": model.context_length,
        "model.max_completion_tokens": model.max_completion_tokens,
        "model.input_modalities": model.input_modalities,
        "model.output_modalities": model.output_modalities,
        "model.supported_parameters": model.supported_parameters,
        "model.prompt_price": best.get("prompt"),
        "model.completion_price": best.get("completion"),
        "model.endpoints": len(offers) if is_known(state, name) else None,
        "model.tokens_per_day": None if day is None else day.tokens,
        "model.requests_per_day": None if day is None else day.requests,
    }


def _endpoint(state: State, subject: Subject) -> Variables:
    tracked = endpoint_of(state, subject)
    if tracked is None:
        return {}
    endpoint = tracked.record
    reading = state.telemetry.get(endpoint.key, UNREAD)
    listed = state.frontend_readings.get(endpoint.key, UNREAD)
    prices = {meter: standing(endpoint.tariff, meter) for meter in ("prompt", "completion")}
    return {
        "endpoint.tag": endpoint.key.tag,
        "endpoint.quantization": endpoint.quantization,
        "endpoint.tier": endpoint.tier,
        "endpoint.context_length": endpoint.context_length,
        **{f"endpoint.{meter}_price": price and price * MILLION for meter, price in prices.items()},
        **{f"endpoint.{field}": _privacy(state, endpoint, field) for field in POLICY},
        "endpoint.uptime": reading.uptime_30m,
        "endpoint.latency": listed.latency if reading.latency is None else reading.latency,
        "endpoint.throughput": listed.throughput if reading.throughput is None else reading.throughput,
    }


def _privacy(state: State, endpoint: Endpoint, field: str) -> object:
    read = privacy_of(state, endpoint, field, slugs_in(state))
    return None if read is None else read.value


def _provider(state: State, subject: Subject) -> Variables:
    slug = ProviderSlug(subject.provider or "")
    provider, policy = state.providers.get(slug), state.policies.get(slug)
    variables: Variables = {"provider.slug": slug or None}
    if provider is not None:
        variables["provider.name"] = provider.record.name
        variables["provider.headquarters"] = provider.record.headquarters
    if policy is not None:
        variables["provider.training"] = policy.record.training
        variables["provider.retains_prompts"] = policy.record.retains_prompts
        variables["provider.retention_days"] = policy.record.retention_days
    return variables
