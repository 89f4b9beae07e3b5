"""Events and levels a rule's ``when`` can name, and what each makes a rule follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from watcher.catalog.names import Kind
from watcher.catalog.policy import POLICY_FIELDS
from watcher.rules.comparisons import (
    Arrives,
    Differs,
    Enters,
    Leaves,
    PolicyDirection,
    PolicyFlipped,
    PriceMoved,
)
from watcher.rules.watch import MEMBERSHIP, Newcomer, Watch

AGAIN_AFTER = timedelta(days=7)

MODEL_FIELDS = (
    "name", "context_length", "max_completion_tokens", "input_modalities", "output_modalities",
    "supported_parameters", "tokenizer", "hugging_face_id", "knowledge_cutoff", "moderated", "reasoning",
)  # fmt: skip
ENDPOINT_FIELDS = (
    "context_length", "max_completion_tokens", "max_prompt_tokens", "supported_parameters", "quantization",
    "implicit_caching", "service_tier", "disabled", "deranked", "hidden", "expires", "tag", "schedule",
)  # fmt: skip
PROVIDER_FIELDS = (
    "name", "privacy_policy_url", "terms_of_service_url", "status_page_url", "headquarters", "datacenters",
)  # fmt: skip


def _arrival(kind: Kind) -> Watch:
    return Watch(
        kind=kind, fields=(MEMBERSHIP,), compare=Arrives(), newcomer=Newcomer.CHANGE, settle=AGAIN_AFTER
    )


def _departure(kind: Kind) -> Watch:
    return Watch(kind=kind, fields=(MEMBERSHIP,), compare=Leaves(), settle=AGAIN_AFTER)


def _change(kind: Kind, event: str, fields: tuple[str, ...]) -> Watch:
    return Watch(kind=kind, fields=fields, compare=Differs(), event=event)


def _price(kind: Kind) -> Watch:
    return Watch(
        kind=kind,
        fields=("pricing.*",),
        compare=PriceMoved(percent=Decimal(0)),
        event=f"{kind}.price_changed",
    )


def _policy(kind: Kind) -> Watch:
    return Watch(
        kind=kind,
        fields=POLICY_FIELDS,
        compare=PolicyFlipped(PolicyDirection.ANY),
        event=f"{kind}.policy_changed",
    )


def _change_of_zdr() -> Watch:
    return Watch(
        kind=Kind.MODEL,
        fields=("zdr",),
        compare=PolicyFlipped(PolicyDirection.ANY),
        event="model.policy_changed",
    )


EVENTS: Mapping[str, Watch] = {
    "model.added": _arrival(Kind.MODEL),
    "model.removed": _departure(Kind.MODEL),
    "model.changed": _change(Kind.MODEL, "model.changed", MODEL_FIELDS),
    "model.price_changed": _price(Kind.MODEL),
    "model.deprecated": _change(Kind.MODEL, "model.deprecated", ("expires",)),
    "model.policy_changed": _change_of_zdr(),
    "endpoint.added": _arrival(Kind.ENDPOINT),
    "endpoint.removed": _departure(Kind.ENDPOINT),
    "endpoint.changed": _change(Kind.ENDPOINT, "endpoint.changed", ENDPOINT_FIELDS),
    "endpoint.price_changed": _price(Kind.ENDPOINT),
    "endpoint.policy_changed": _policy(Kind.ENDPOINT),
    "provider.added": _arrival(Kind.PROVIDER),
    "provider.removed": _departure(Kind.PROVIDER),
    "provider.changed": _change(Kind.PROVIDER, "provider.changed", PROVIDER_FIELDS),
    "provider.policy_changed": _policy(Kind.PROVIDER),
    "endpoint.price_announced": _change(Kind.ENDPOINT, "endpoint.price_announced", ("announced.*",)),
    "model.app_entered": Watch(
        kind=Kind.MODEL,
        fields=("app.*",),
        compare=Enters(),
        settle=AGAIN_AFTER,
        event="model.app_entered",
    ),
    "model.version_published": Watch(
        kind=Kind.MODEL,
        fields=("version.*",),
        compare=Enters(),
        settle=AGAIN_AFTER,
        event="model.version_published",
    ),
    "model.message_changed": _change(Kind.MODEL, "model.message_changed", ("warning", "promotion")),
    "alias.retargeted": _change(Kind.MODEL, "alias.retargeted", ("alias_target",)),
    "catalog.schema_changed": _change(Kind.CATALOG, "catalog.schema_changed", ("schema_changed",)),
    "catalog.surface_lost": _change(Kind.CATALOG, "catalog.surface_lost", ("surface_lost",)),
    "catalog.surface_back": _change(Kind.CATALOG, "catalog.surface_back", ("surface_back",)),
    "catalog.refused": _change(Kind.CATALOG, "catalog.refused", ("refused",)),
}

LEVELS: Mapping[str, tuple[Kind, str]] = {
    "model.uptime": (Kind.MODEL, "uptime_30m"),
    "endpoint.uptime": (Kind.ENDPOINT, "uptime_30m"),
    "provider.uptime": (Kind.PROVIDER, "uptime_30m"),
    "model.price": (Kind.MODEL, "pricing.prompt"),
    "model.tokens": (Kind.MODEL, "tokens"),
    "endpoint.latency": (Kind.ENDPOINT, "latency"),
    "endpoint.throughput": (Kind.ENDPOINT, "throughput"),
}
"""A level's kind and the quantity it reads unless told otherwise."""
