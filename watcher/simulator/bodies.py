"""Bodies: rows in upstream's shapes and key order (as of November 2026), from the catalog of one moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from watcher.simulator.catalog import Catalog, Host, Listing, Offer, Prices, Table
from watcher.simulator.dice import Dice
from watcher.simulator.uptime import status_of, uptimes

Row = dict[str, object]
_TOOL_CHOICES = ("auto", "none", "required", "function")


def model_row(catalog: Catalog, listing: Listing, minute: int) -> Row:
    """Return one row of ``/models`` at a minute since the epoch; an alias shows its target's prices."""
    shown = catalog.listings.get(listing.alias_target or "", listing)
    lead = _lead(catalog, shown, minute)
    row: Row = {"id": listing.id, "canonical_slug": listing.canonical_slug}
    if listing.alias_target is not None:
        row["alias_target"] = {"name": shown.name, "slug": listing.alias_target}
    row |= {
        "hugging_face_id": listing.hugging_face_id,
        "name": listing.name,
        "created": listing.created,
        "description": listing.description,
        "context_length": lead.context_length if lead else shown.context_length,
        "architecture": _architecture(shown, listing.tokenizer, modality_first=True),
        "pricing": _model_prices(shown, lead, minute),
        "top_provider": {
            "context_length": lead.context_length if lead else None,
            "max_completion_tokens": lead.max_completion_tokens if lead else None,
            "is_moderated": shown.moderated,
        },
        "per_request_limits": None,
        "supported_parameters": sorted({name for offer in shown.offers for name in offer.parameters}),
        "default_parameters": dict(shown.default_parameters),
        "supported_voices": None,
        "knowledge_cutoff": listing.knowledge_cutoff,
        "expiration_date": listing.expiration_date,
        "links": {"details": f"/api/v1/models/{listing.canonical_slug}/endpoints"},
    }
    if listing.arenas:
        row["benchmarks"] = _benchmarks(listing, minute)
    if shown.reasoning is not None:
        row["reasoning"] = dict(shown.reasoning)
    return _grown(row, catalog, Table.MODELS)


def endpoints_data(catalog: Catalog, listing: Listing, minute: int) -> Row:
    """Return ``data`` of one model's ``/endpoints``; that of routers and aliases is an empty list."""
    return {
        "id": listing.id,
        "name": listing.name,
        "created": listing.created,
        "description": listing.description,
        "architecture": _architecture(listing, listing.tokenizer, modality_first=False),
        "endpoints": [endpoint_row(catalog, listing, offer, minute) for offer in listing.offers],
    }


def endpoint_row(catalog: Catalog, listing: Listing, offer: Offer, minute: int) -> Row:
    """Return one PublicEndpoint, without the latency and throughput that only a key shows."""
    host = catalog.hosts[offer.host]
    spans = [
        (outage.since, outage.until)
        for outage in catalog.outages
        if outage.model == listing.id and outage.tag in {None, offer.tag, offer.twin_of}
    ]
    key = f"{catalog.seed}/{listing.id}/{offer.twin_of or offer.tag}"
    read = uptimes(key, offer.traffic, offer.temper, minute, spans)
    tools = "tools" in offer.parameters
    row: Row = {
        "name": f"{host.name} | {listing.canonical_slug}{_variant(listing.id)}",
        "model_id": listing.id,
        "model_name": listing.name.removesuffix(" (free)").removesuffix(" (batch)"),
        "context_length": offer.context_length,
        "pricing": _offer_prices(offer, minute),
        "provider_name": host.name,
        "tag": offer.tag,
        "quantization": offer.quantization,
        "max_completion_tokens": offer.max_completion_tokens,
        "max_prompt_tokens": None,
        "supported_parameters": list(offer.parameters),
        "status": status_of(read.last_30m),
        "uptime_last_30m": read.last_30m,
        "uptime_last_5m": read.last_5m,
        "uptime_last_1d": read.last_1d,
        "supports_implicit_caching": offer.caching,
        "supports_voice_cloning": False,
        "latency_last_30m": None,
        "throughput_last_30m": None,
        "service_tier": offer.service_tier,
        "supports_tool_choice": dict.fromkeys(_TOOL_CHOICES, tools),
        "native_tools": {},
        "supports_diarization": False,
    }
    return _grown(row, catalog, Table.ENDPOINTS)


def provider_row(catalog: Catalog, host: Host) -> Row:
    """Return one row of ``/providers``."""
    row: Row = {
        "name": host.name,
        "slug": host.slug,
        "privacy_policy_url": host.privacy_url,
        "terms_of_service_url": host.terms_url,
        "status_page_url": host.status_url,
        "headquarters": host.headquarters,
        "datacenters": None if host.datacenters is None else list(host.datacenters),
    }
    return _grown(row, catalog, Table.PROVIDERS)


def frontend_provider_row(catalog: Catalog, host: Host) -> Row:
    """Return one row of the frontend's ``all-providers``, the only place that publishes data policies."""
    row: Row = {
        "name": host.name,
        "displayName": host.name,
        "slug": host.slug,
        "adapterName": f"{host.name.title().replace(' ', '').replace('.', '')}Adapter",
        "baseUrl": f"https://api.{host.slug}.example/v1",
        "dataPolicy": _grown(_policy(host), catalog, Table.POLICIES),
    }
    if host.headquarters is not None:
        row["headquarters"] = host.headquarters
    if host.datacenters is not None:
        row["datacenters"] = list(host.datacenters)
    return row | {
        "hasChatCompletions": True,
        "hasCompletions": False,
        "isAbortable": True,
        "moderationRequired": False,
        "statusPageUrl": host.status_url,
        "byokEnabled": True,
        "icon": {"url": f"https://{host.slug}.example/favicon.ico"},
        "sendClientIp": False,
        "pricingStrategy": "openai_chat_completions",
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
    if host.terms_url is not None:
        policy["termsOfServiceURL"] = host.terms_url
    if host.privacy_url is not None:
        policy["privacyPolicyURL"] = host.privacy_url
    policy["requiresUserIDs"] = host.requires_user_ids
    return policy


def _grown(row: Row, catalog: Catalog, table: Table) -> Row:
    for growth in catalog.growths:
        if growth.table is not table:
            continue
        if growth.present:
            row.setdefault(growth.field, growth.value)
        else:
            row.pop(growth.field, None)
    return row


def _lead(catalog: Catalog, listing: Listing, minute: int) -> Offer | None:
    standard = [offer for offer in listing.offers if offer.service_tier is None]
    if not standard:
        return None
    turn = Dice(catalog.seed, listing.id, minute // 60).whole(0, 1) if listing.restless else 0
    return standard[turn % len(standard)]


def _architecture(listing: Listing, tokenizer: str, *, modality_first: bool) -> Row:
    modality = {"modality": f"{'+'.join(listing.inputs)}->{'+'.join(listing.outputs)}"}
    lists = {"input_modalities": list(listing.inputs), "output_modalities": list(listing.outputs)}
    rest = {"tokenizer": tokenizer, "instruct_type": listing.instruct_type}
    return {**modality, **lists, **rest} if modality_first else {**rest, **modality, **lists}


def _model_prices(listing: Listing, lead: Offer | None, minute: int) -> Row:
    if lead is None:
        return dict(listing.own_prices or {"prompt": "0", "completion": "0"})
    prices: Row = dict(_prices_at(lead, minute))
    return prices | {"overrides": [dict(o) for o in lead.overrides]} if lead.overrides else prices


def _offer_prices(offer: Offer, minute: int) -> Row:
    prices: Row = {**_prices_at(offer, minute), "discount": offer.discount}
    return prices | {"overrides": [dict(o) for o in offer.overrides]} if offer.overrides else prices


def _prices_at(offer: Offer, minute: int) -> Prices:
    clock = datetime.fromtimestamp(minute * 60, UTC)
    now = clock.hour * 100 + clock.minute
    prices = dict(offer.prices)
    for override in offer.overrides:
        if _holds(override, now):
            prices |= {meter: value for meter, value in override.items() if isinstance(value, str)}
    return prices


def _holds(override: Mapping[str, str | int], now: int) -> bool:
    start, end = override.get("utc_start"), override.get("utc_end")
    if not isinstance(start, int) or not isinstance(end, int):
        return False
    return start <= now < end if start < end else now >= start or now < end


def _benchmarks(listing: Listing, minute: int) -> Row:
    noise = Dice(listing.id, "arena", minute // 60)
    return {
        "design_arena": [
            {
                "arena": "models",
                "category": category,
                "elo": elo + noise.whole(-2, 2),
                "win_rate": noise.whole(300, 700) / 10,
                "rank": noise.whole(1, 90),
            }
            for category, elo in listing.arenas
        ]
    }


def _variant(model: str) -> str:
    _, mark, variant = model.partition(":")
    return mark + variant
