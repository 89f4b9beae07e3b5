"""Rows of the frontend: providers, models and endpoints as upstream's own pages know them, then and now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from watcher.simulator.bodies import Row, grown, lead_of, offer_prices, pulse_of, variant_of
from watcher.simulator.catalog import Catalog, Host, Listing, Offer, Table
from watcher.simulator.dice import Dice
from watcher.simulator.generations import Generation
from watcher.simulator.uptime import status_of, uptimes

BASE_METERS = ("image", "request", "web_search", "internal_reasoning")
"""Always there in 2025, as ``0`` where they cost nothing."""

SHARES = (50, 75, 90, 95, 99)
_PAST_NAMES = ("aurora", "beacon", "comet", "dawn", "ember")


def uuid_of(catalog: Catalog, listing: Listing, offer: Offer) -> str:
    """Return the id of an endpoint, which outlives its tag; a service-tier twin has that of its base."""
    return _uuid_for(f"{catalog.seed}/{listing.id}/{offer.born or offer.twin_of or offer.tag}")


@lru_cache(maxsize=16_384)
def _uuid_for(name: str) -> str:
    return str(UUID(bytes=blake2b(name.encode(), digest_size=16).digest()))


def frontend_provider_row(catalog: Catalog, host: Host, generation: Generation = Generation.Y2026) -> Row:
    """Return one row of ``all-providers``, the only list that publishes data policies."""
    row: Row = {"name": host.name, "displayName": host.name, "slug": host.slug}
    if generation is Generation.Y2026:
        row["adapterName"] = f"{host.name.title().replace(' ', '').replace('.', '')}Adapter"
    now = generation is Generation.Y2026
    row["baseUrl"] = f"https://api.{host.slug}.example/v1" if now else "url"
    row["dataPolicy"] = grown(_policy(host), catalog, Table.POLICIES) if now else _nested(host)
    if host.headquarters is not None:
        row["headquarters"] = host.headquarters
    if host.datacenters is not None and now:
        row["datacenters"] = list(host.datacenters)
    row |= {
        "hasChatCompletions": True,
        "hasCompletions": False,
        "isAbortable": True,
        "moderationRequired": False,
        "statusPageUrl": host.status_url,
        "byokEnabled": True,
        "icon": {"url": f"https://{host.slug}.example/favicon.ico"},
    }
    if not now:
        return row | {"editors": [], "owners": [], "isMultipartSupported": True}
    return row | {"sendClientIp": False, "pricingStrategy": "openai_chat_completions"}


def listing_row(catalog: Catalog, listing: Listing, minute: int, generation: Generation) -> Row:
    """Return one row of the catalog of models, with the endpoint that leads, or null where there is none."""
    lead = lead_of(catalog, listing, minute)
    row = _model(listing, generation)
    served = None if lead is None else offer_row(catalog, listing, lead, minute, generation)
    return row | {"endpoint": served and {key: value for key, value in served.items() if key != "stats"}}


def past_row(number: int, seed: int, generation: Generation) -> Row:
    """Return one of the rows of models that are no more: the catalog keeps its whole history."""
    dice = Dice(seed, "past", number)
    slug = f"bygone/{dice.pick(_PAST_NAMES)}-{number}"
    listing = Listing(
        id=slug,
        canonical_slug=slug,
        name=f"Bygone: {slug.partition('/')[2].title()}",
        created=1_690_000_000 + number * 400_000,
        description="A model of its time.",
        context_length=dice.pick((4_096, 8_192, 32_768)),
    )
    return _model(listing, generation) | {"endpoint": None}


def unserved(listing: Listing) -> Listing:
    """Return a listing as the catalog keeps it once nobody serves it."""
    return replace(listing, offers=(), own_prices=None)


def offer_row(catalog: Catalog, listing: Listing, offer: Offer, minute: int, generation: Generation) -> Row:
    """Return one row of ``stats/endpoint``."""
    host = catalog.hosts[offer.host]
    variant = variant_of(listing.id)
    own = replace(host, **offer.policy)  # type: ignore[arg-type]  # fields of Host
    now = generation is Generation.Y2026
    row: Row = {
        "id": uuid_of(catalog, listing, offer),
        "name": f"{host.name} | {listing.canonical_slug}{variant}",
        "context_length": offer.context_length,
        "model": _model(listing, generation),
        "model_variant_slug": listing.id,
        "model_variant_permaslug": f"{listing.canonical_slug}{variant}",
        "provider_name": host.name,
        "provider_info": frontend_provider_row(catalog, host, generation),
        "provider_display_name": host.name,
        "provider_slug": offer.tag,
        "provider_model_id": listing.id.partition("/")[2],
        "quantization": offer.quantization if now or offer.quantization != "unknown" else None,
        "variant": variant.removeprefix(":") or "standard",
        "is_free": variant == ":free",
        "can_abort": True,
        "max_prompt_tokens": None,
        "max_completion_tokens": offer.max_completion_tokens,
        "max_tokens_per_image": None,
        "supported_parameters": list(offer.parameters),
        "is_byok": False,
        "moderation_required": listing.moderated,
        "data_policy": _policy(own) if now else _nested(own) | _flat_of_2025(own),
        "pricing": offer_prices(offer, minute) if now else _prices_of_2025(offer, minute),
        "is_hidden": False,
        "is_deranked": False,
        "is_disabled": offer.disabled,
        "supports_tool_parameters": "tools" in offer.parameters,
        "supports_reasoning": listing.reasoning is not None,
        "supports_multipart": True,
        "limit_rpm": None,
        "limit_rpd": None,
        "limit_rpm_cf": None,
        "has_completions": False,
        "has_chat_completions": True,
        "features": {},
        "provider_region": None,
    }
    row |= _since(listing) if now else {"max_prompt_images": None, "variable_pricings": []}
    return row | _read(catalog, listing, offer, minute, generation)


def _since(listing: Listing) -> Row:
    return {
        "excluded_parameters": [],
        "deprecation_date": None,
        "is_private": False,
        "is_byok_only": False,
        "allowed_passthrough_parameters": [],
        "capacity_tpm": None,
        "created_at": _stamp(listing.created),
    }


def _read(catalog: Catalog, listing: Listing, offer: Offer, minute: int, generation: Generation) -> Row:
    """Return the status and, where anybody asked in the last half hour, what was measured."""
    pulse = pulse_of(catalog, listing, offer)
    read = uptimes(pulse, minute)
    row: Row = {"status": status_of(read.last_30m)}
    if read.last_30m is None:
        return row
    dice = Dice(pulse.key, "stats", minute // 30)
    latency, throughput = dice.whole(300, 900), dice.whole(20, 160)
    stats: Row = {"endpoint_id": uuid_of(catalog, listing, offer)}
    shares = SHARES if generation is Generation.Y2026 else SHARES[:1]
    stats |= {f"p{share}_throughput": throughput + share for share in shares}
    stats |= {f"p{share}_latency": latency * share / SHARES[0] for share in shares}
    stats["request_count"] = dice.whole(20, 60_000)
    if generation is Generation.Y2026:
        stats["window_minutes"] = 30
    return row | {"stats": stats}


def _model(listing: Listing, generation: Generation) -> Row:
    """Return what a row says of its model; what is missing was null in one year and empty in another."""
    author = listing.id.lstrip("~").partition("/")[0]
    row: Row = {
        "slug": listing.id.partition(":")[0],
        "hf_slug": listing.hugging_face_id or (None if generation is Generation.Y2026 else ""),
        "updated_at": _stamp(listing.created + 3_600),
        "created_at": _stamp(listing.created),
        "hf_updated_at": None,
        "name": listing.name,
        "short_name": listing.name.partition(": ")[2] or listing.name,
        "author": author,
        "description": listing.description.removesuffix("..."),
        "model_version_group_id": None,
        "context_length": listing.context_length,
        "input_modalities": list(listing.inputs),
        "output_modalities": list(listing.outputs),
        "has_text_output": "text" in listing.outputs,
        "group": listing.tokenizer,
        "instruct_type": listing.instruct_type,
        "default_system": None,
        "default_stops": [],
        "hidden": False,
        "router": None,
        "warning_message": listing.warning,
        "permaslug": listing.canonical_slug,
        "reasoning_config": None if listing.reasoning is None else {"start_token": None, "end_token": None},
        "features": {},
    }
    if generation is Generation.Y2025:
        return row
    return row | {
        "author_display_name": author.title(),
        "promotion_message": None,
        "routing_error_message": "",
        "required_attestation_types": [],
        "is_private": False,
        "supports_reasoning": listing.reasoning is not None,
        "default_parameters": dict(listing.default_parameters),
        "default_order": [],
        "knowledge_cutoff": listing.knowledge_cutoff,
        "limit_rpm": 0,
        "limit_rpd": 0,
    }


def _policy(host: Host) -> Row:
    policy: Row = {
        "training": host.training,
        "trainingOpenRouter": host.trains_openrouter,
        "retainsPrompts": host.retains_prompts,
    }
    if host.retention_days is not None:
        policy["retentionDays"] = host.retention_days
    policy["canPublish"] = host.can_publish
    policy |= _links(host)
    policy["requiresUserIDs"] = host.requires_user_ids
    return policy


def _nested(host: Host) -> Row:
    """Return a policy as it was written in 2025, under the kind of model it is for."""
    return _links(host) | {"paidModels": _flat_of_2025(host)}


def _flat_of_2025(host: Host) -> Row:
    days = {} if host.retention_days is None else {"retentionDays": host.retention_days}
    return {"training": host.training, "retainsPrompts": host.retains_prompts, **days}


def _links(host: Host) -> Row:
    links = {"termsOfServiceURL": host.terms_url, "privacyPolicyURL": host.privacy_url}
    return {name: url for name, url in links.items() if url is not None}


def _prices_of_2025(offer: Offer, minute: int) -> Row:
    prices: Mapping[str, object] = offer_prices(offer, minute)
    return dict.fromkeys(BASE_METERS, "0") | {
        name: value for name, value in prices.items() if name != "overrides"
    }


def _stamp(created: int) -> str:
    return datetime.fromtimestamp(created, UTC).isoformat()
