"""Bodies: rows in upstream's shapes and key order (as of November 2026), from the catalog of one moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from watcher.simulator.catalog import Catalog, Host, Listing, Offer, Prices, Table
from watcher.simulator.dice import Dice
from watcher.simulator.uptime import Pulse, status_of, uptimes

Row = dict[str, object]
_TOOL_CHOICES = ("auto", "none", "required", "function")


def model_row(catalog: Catalog, listing: Listing, minute: int) -> Row:
    """Return one row of ``/models`` at a minute since the epoch; an alias shows its target's prices."""
    shown = catalog.listings.get(listing.alias_target or "", listing)
    lead = lead_of(catalog, shown, minute)
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
    return grown(row, catalog, Table.MODELS)


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
    read = uptimes(pulse_of(catalog, listing, offer), minute)
    tools = "tools" in offer.parameters
    row: Row = {
        "name": f"{host.name} | {listing.canonical_slug}{variant_of(listing.id)}",
        "model_id": listing.id,
        "model_name": listing.name.removesuffix(" (free)").removesuffix(" (batch)"),
        "context_length": offer.context_length,
        "pricing": offer_prices(offer, minute),
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
    return grown(row, catalog, Table.ENDPOINTS)


def pulse_of(catalog: Catalog, listing: Listing, offer: Offer) -> Pulse:
    """Return what an offer's uptime is made of; a service-tier twin has that of its base."""
    outages = [
        (outage.since, outage.until)
        for outage in catalog.outages
        if outage.model == listing.id and outage.tag in {None, offer.tag, offer.twin_of}
    ]
    key = f"{catalog.seed}/{listing.id}/{offer.twin_of or offer.tag}"
    return Pulse(key, offer.traffic, offer.temper, outages)


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
    return grown(row, catalog, Table.PROVIDERS)


def grown(row: Row, catalog: Catalog, table: Table) -> Row:
    """Return a row with the fields that its table has grown so far, and without those that are to come."""
    for growth in catalog.growths:
        if growth.table is not table:
            continue
        if growth.present:
            row.setdefault(growth.field, growth.value)
        else:
            row.pop(growth.field, None)
    return row


def lead_of(catalog: Catalog, listing: Listing, minute: int) -> Offer | None:
    """Return the offer that leads a listing at a minute, None where it has none."""
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


def offer_prices(offer: Offer, minute: int) -> Row:
    """Return an offer's ``pricing`` at a minute."""
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


def variant_of(model: str) -> str:
    """Return ``:free`` and the like with their colon, empty for an id without a variant."""
    _, mark, variant = model.partition(":")
    return mark + variant
