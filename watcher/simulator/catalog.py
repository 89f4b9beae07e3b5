"""What the simulated catalog is made of: hosts, listings and their offers, as they are at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

Prices = Mapping[str, str]
"""Meter to a decimal string in USD per unit, in upstream's order; ``-1`` is dynamic."""


class Traffic(StrEnum):
    """How many minutes of an offer see enough attempts (10) to count."""

    HEAVY = "heavy"
    THIN = "thin"
    NONE = "none"


class Temper(StrEnum):
    """How an offer fails on ordinary days: hardly (at most one minute an hour), or in bursts."""

    STEADY = "steady"
    FLAKY = "flaky"


class Table(StrEnum):
    """A kind of rows on the wire, each of which can grow a field."""

    MODELS = "models"
    ENDPOINTS = "endpoints"
    PROVIDERS = "providers"
    POLICIES = "policies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One provider and what becomes of a prompt there; ``retention_days`` None is not published."""

    name: str
    slug: str
    privacy_url: str | None
    terms_url: str | None
    status_url: str | None
    headquarters: str | None
    datacenters: tuple[str, ...] | None
    training: bool
    retains_prompts: bool
    retention_days: int | None
    zdr: bool
    can_publish: bool = False
    trains_openrouter: bool = False
    requires_user_ids: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One host's offer of one model.

    ``overrides`` are upstream's: above ``min_prompt_tokens``, or between ``utc_start`` and ``utc_end``
    (HHMM). ``twin_of`` is the tag whose telemetry a service-tier twin repeats. The frontend shows more:
    ``policy`` is what differs from the host's, ``born`` the tag that its uuid was made of, and ``announced``
    are prices (USD per unit) that it will have, with the minute of the script that they begin in.
    """

    host: str
    tag: str
    prices: Prices
    quantization: str = "unknown"
    context_length: int
    max_completion_tokens: int | None = None
    discount: float = 0
    overrides: tuple[Mapping[str, str | int], ...] = ()
    parameters: tuple[str, ...] = ()
    caching: bool = False
    service_tier: str | None = None
    twin_of: str | None = None
    traffic: Traffic = Traffic.HEAVY
    temper: Temper = Temper.STEADY
    policy: Mapping[str, bool | int | None] = field(default_factory=dict)
    disabled: bool = False
    born: str | None = None
    announced: tuple[tuple[int, Prices], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One row of the models list with its offers.

    A router has no offers and ``own_prices``; an alias has an ``alias_target`` and mirrors its row.
    ``restless`` says that the lead among its offers changes by the hour; ``arenas`` are benchmark
    categories with their Elo. The frontend alone shows a ``warning``, ``newcomers``, which are the apps that
    use it most of late (the newest first), the published ``versions``, and how much it is used: ``busier``
    are minutes of the script with the factor from which on its days are so much busier, the day before too.
    """

    id: str
    canonical_slug: str
    name: str
    created: int
    description: str
    context_length: int
    inputs: tuple[str, ...] = ("text",)
    outputs: tuple[str, ...] = ("text",)
    tokenizer: str = "Other"
    instruct_type: str | None = None
    hugging_face_id: str | None = None
    knowledge_cutoff: str | None = None
    expiration_date: str | None = None
    moderated: bool = False
    default_parameters: Mapping[str, float | None] = field(default_factory=dict)
    reasoning: Mapping[str, object] | None = None
    arenas: tuple[tuple[str, int], ...] = ()
    offers: tuple[Offer, ...] = ()
    own_prices: Prices | None = None
    alias_target: str | None = None
    restless: bool = False
    warning: str | None = None
    newcomers: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    busier: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Minutes (``until`` excluded) in which every attempt fails; no tag means every offer.

    Events count them from the start of the script, bodies from 1970: the world moves them (``since_epoch``).
    """

    model: str
    tag: str | None
    since: int
    until: int

    def since_epoch(self, origin: int) -> Outage:
        """Return the outage with its minutes counted from 1970; ``origin`` is when the script starts."""
        return replace(self, since=self.since + origin, until=self.until + origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A field that every row of a table carries, or (``present`` false) that none carries yet."""

    table: Table
    field: str
    value: object
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Everything that is on offer at one moment; listings stand newest first, as upstream lists them."""

    seed: int
    hosts: Mapping[str, Host]
    listings: Mapping[str, Listing]
    outages: tuple[Outage, ...] = ()
    growths: tuple[Growth, ...] = ()


def with_listing(catalog: Catalog, listing: Listing) -> Catalog:
    """Return the catalog with one listing replaced, or put first when its id is new."""
    if listing.id in catalog.listings:
        return replace(catalog, listings={**catalog.listings, listing.id: listing})
    return replace(catalog, listings={listing.id: listing, **catalog.listings})


def without_listing(catalog: Catalog, model: str) -> Catalog:
    """Return the catalog without one listing."""
    return replace(catalog, listings={id_: row for id_, row in catalog.listings.items() if id_ != model})


def with_offer(listing: Listing, tag: str, offer: Offer) -> Listing:
    """Return the listing with the offer of one tag replaced; its service-tier twins stay as they are."""
    return replace(listing, offers=tuple(offer if old.tag == tag else old for old in listing.offers))


def offer_of(listing: Listing, tag: str) -> Offer:
    """Return the offer with a tag; KeyError when the listing has none."""
    for offer in listing.offers:
        if offer.tag == tag:
            return offer
    raise KeyError(f"{listing.id} has no offer {tag}")


def is_plain(listing: Listing) -> bool:
    """Tell whether a listing is an ordinary paid model: no variant, alias or router."""
    return bool(listing.offers) and ":" not in listing.id and listing.alias_target is None


def standing_price(offer: Offer, meter: str) -> Decimal | None:
    """Return an offer's price whatever the hour (the highest window), USD per unit; None if not charged."""
    windows = [Decimal(str(o[meter])) for o in offer.overrides if "utc_start" in o and meter in o]
    return max(windows) if windows else Decimal(offer.prices[meter]) if meter in offer.prices else None


def cheapest(listing: Listing, meter: str) -> Decimal | None:
    """Return the lowest standing price among standard-tier offers (CONTRACT section 4, Cheapest)."""
    prices = (standing_price(offer, meter) for offer in listing.offers if offer.service_tier is None)
    return min((price for price in prices if price is not None), default=None)
