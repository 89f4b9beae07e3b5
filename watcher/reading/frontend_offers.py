"""The frontend's endpoint rows: of stats/endpoint, and embedded in the rows of its catalog.

Rows of May 2025 name their provider but no tag, nest their policy by paid and free models, and have ``0`` for
every meter; rows of 2026 have the documented tag as ``provider_slug``, a flat policy, and meters that mean
something. Each fact is taken from where the row has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.listing import FrontendOffer
from watcher.catalog.names import EndpointKey
from watcher.catalog.telemetry import Telemetry
from watcher.reading.fields import UnreadableRowError, count, expiry, flag, identity, names, part, text
from watcher.reading.policies import policy
from watcher.reading.prices import tariff, tariff_of_json
from watcher.reading.telemetry import non_negative

NO_SLUG = re.compile(r"[^a-z0-9]+")


def frontend_offer(row: Mapping[str, object], key: EndpointKey) -> FrontendOffer:
    """Return the endpoint of one row. Raises UnreadableRowError."""
    stats = part(row.get("stats"))
    status = row.get("status")
    return FrontendOffer(
        uuid=uuid_of(row),
        endpoint=_endpoint(row, key),
        policy=policy(row.get("data_policy"), is_free=is_free(row)),
        telemetry=Telemetry(
            status=status if type(status) is int else None,
            latency=non_negative(stats.get("p50_latency")),
            throughput=non_negative(stats.get("p50_throughput")),
        ),
        region=text(row.get("provider_region")),
        requests=count(stats.get("request_count")),
    )


def tag_of(row: Mapping[str, object]) -> str:
    """Return the documented tag of a row; one of May 2025 has none, then it is the provider's slug.

    Raises UnreadableRowError where not even that is there.
    """
    tag = row.get("provider_slug") or part(row.get("provider_info")).get("slug")
    if not tag and isinstance(name := row.get("provider_name"), str):
        tag = NO_SLUG.sub("-", name.lower()).strip("-")
    return identity(tag, "provider_slug")


def uuid_of(row: Mapping[str, object]) -> str | None:
    """Return the id that outlives every change of the tag."""
    try:
        return identity(row.get("id"), "id")
    except UnreadableRowError:
        return None


def is_free(row: Mapping[str, object]) -> bool:
    """Tell whether a row is one of the free offers, which may have a policy of their own."""
    return row.get("is_free") is True or row.get("variant") == "free"


def created_at(value: object) -> int | None:
    """Return an ISO time in Unix seconds."""
    try:
        return int(datetime.fromisoformat(value).timestamp()) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def _endpoint(row: Mapping[str, object], key: EndpointKey) -> Endpoint:
    pricing = row.get("pricing")
    return Endpoint(
        key=key,
        provider_name=text(row.get("provider_name")) or key.tag.partition("/")[0],
        tariff=tariff_of_json(row.get("pricing_json")) if pricing is None else tariff(pricing),
        quantization=text(row.get("quantization")),
        context_length=count(row.get("context_length")),
        max_completion_tokens=count(row.get("max_completion_tokens")),
        max_prompt_tokens=count(row.get("max_prompt_tokens")),
        supported_parameters=names(row.get("supported_parameters")),
        implicit_caching=flag(part(row.get("features")).get("supports_implicit_caching")),
        service_tier=text(row.get("service_tier")),
        expires=expiry(row.get("deprecation_date"), created_at(row.get("created_at"))),
        disabled=flag(row.get("is_disabled")),
        deranked=flag(row.get("is_deranked")),
        hidden=flag(row.get("is_hidden")),
    )
