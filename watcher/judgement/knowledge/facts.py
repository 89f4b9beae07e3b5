"""Facts: a record as named values that can be compared, remembered and told one by one.

A value of None is unknown. Where absence is itself a value (no expiration date, no alias target) it has a
word, so that setting and lifting it are changes and not learning.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.model import Model
from watcher.catalog.policy import POLICY_FIELDS, DataPolicy
from watcher.catalog.price import CORE_METERS, DYNAMIC, ZERO, Tariff, standing
from watcher.catalog.provider import Provider
from watcher.rules.watch import ABSENT, FREE, MEMBERSHIP, NEVER, NOTHING, PRESENT

UNTOLD = "unknown"
"""Upstream's word for a quantization that nobody told it (727 of 1,204 endpoints, observed)."""
Facts = Mapping[str, object]

ABSENT_MODEL: Facts = {MEMBERSHIP: ABSENT, FREE: ABSENT}
ABSENT_SUBJECT: Facts = {MEMBERSHIP: ABSENT}


def facts_of_model(model: Model) -> dict[str, object]:
    """Return the facts of a model's own row; its prices are its endpoints' (see ``cheapest``)."""
    return {
        MEMBERSHIP: PRESENT,
        FREE: _is_free(model),
        "name": None if model.name == model.id else model.name,
        "context_length": model.context_length,
        "max_completion_tokens": model.max_completion_tokens,
        "input_modalities": model.input_modalities,
        "output_modalities": model.output_modalities,
        "supported_parameters": model.supported_parameters,
        "tokenizer": model.tokenizer,
        "hugging_face_id": model.hugging_face_id,
        "knowledge_cutoff": model.knowledge_cutoff,
        "moderated": model.moderated,
        "reasoning": model.reasoning,
        "expires": model.expires or NEVER,
        "alias_target": model.alias_target,
    }


def _is_free(model: Model) -> bool | None:
    """Return whether a model is free; None where what is missing or dynamic could still be charged for."""
    tariff = model.tariff
    conditional = (price for override in tariff.overrides for price in override.meters.values())
    prices = (*tariff.meters.values(), *conditional)
    if model.is_alias or any(price > ZERO for price in prices):
        return False
    if DYNAMIC in prices or any(meter not in tariff.meters for meter in CORE_METERS):
        return None
    if model.output_modalities is None and not model.is_free:
        return None
    return model.is_free


OFFERED = ("context_length", "max_completion_tokens")
"""Facts of a model's row that upstream derives from its endpoints, in one way today and in another tomorrow
(on 2026-07-21 the row's context length of 39 models moved, and of no endpoint)."""


def facts_of_endpoint(endpoint: Endpoint) -> dict[str, object]:
    """Return the facts of an endpoint, its prices as they stand whatever the hour."""
    return {
        MEMBERSHIP: PRESENT,
        "tag": endpoint.key.tag,
        "context_length": endpoint.context_length,
        "max_completion_tokens": endpoint.max_completion_tokens,
        "max_prompt_tokens": endpoint.max_prompt_tokens,
        "supported_parameters": endpoint.supported_parameters,
        "quantization": None if endpoint.quantization == UNTOLD else endpoint.quantization,
        "implicit_caching": endpoint.implicit_caching,
        "service_tier": endpoint.service_tier or NOTHING,
        "disabled": endpoint.disabled,
        "deranked": endpoint.deranked,
        "hidden": endpoint.hidden,
        "expires": endpoint.expires or NEVER,
        "schedule": schedule_of(endpoint.tariff),
        **facts_of_tariff(endpoint.tariff),
    }


def facts_of_tariff(tariff: Tariff) -> dict[str, object]:
    """Return the standing price of each meter; a meter beyond the core that costs nothing is left out.

    Upstream emits such meters as ``0`` in one month and leaves them out in the next (OpenRouter, 1.6).
    """
    prices = ((meter, standing(tariff, meter)) for meter in meters_of(tariff))
    return {f"pricing.{meter}": price for meter, price in prices if price or meter in CORE_METERS}


def meters_of(tariff: Tariff) -> Iterable[str]:
    """Return every meter a tariff names, once, at any hour and length."""
    return dict.fromkeys((*tariff.meters, *(meter for tier in tariff.overrides for meter in tier.meters)))


def schedule_of(tariff: Tariff) -> str:
    """Return the windows of a tariff as one comparable text."""
    windows = (
        f"{window.utc_start}-{window.utc_end} {','.join(window.utc_days)} "
        + " ".join(f"{meter}={price.normalize():f}" for meter, price in sorted(window.meters.items()))
        for window in tariff.overrides
        if window.is_scheduled
    )
    return "; ".join(sorted(windows)) or NOTHING


def facts_of_provider(provider: Provider) -> dict[str, object]:
    """Return the facts of a provider's own row."""
    return {
        MEMBERSHIP: PRESENT,
        "name": provider.name,
        "privacy_policy_url": provider.privacy_policy_url,
        "terms_of_service_url": provider.terms_of_service_url,
        "status_page_url": provider.status_page_url,
        "headquarters": provider.headquarters,
        "datacenters": provider.datacenters,
    }


def facts_of_policy(policy: DataPolicy) -> dict[str, object]:
    """Return the facts of a data policy."""
    return {name: getattr(policy, name) for name in POLICY_FIELDS}


def json_value(value: object) -> object:
    """Return a fact's value as JSON: prices as plain decimals, sets as sorted lists, dates as ISO text.

    A date that was never set is null.
    """
    match value:
        case "never" | "absent":
            return None
        case Decimal():
            return f"{value.normalize():f}" if value != ZERO else "0"
        case frozenset():
            return sorted(value)
        case date():
            return value.isoformat()
        case _:
            return value


def digest(facts: Facts) -> str:
    """Return a short name of some facts that is the same in every process."""
    text = repr([(name, json_value(value)) for name, value in sorted(facts.items())])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def moved(before: Facts, after: Facts) -> set[str]:
    """Return the facts that are known in both and differ; learning is none of them."""
    return {
        name
        for name in before.keys() & after.keys()
        if before[name] != after[name] and before[name] is not None and after[name] is not None
    }
