"""Identities of the catalog: what things are called, and what a name tells about them."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, NewType

ModelId = NewType("ModelId", str)
"""``author/slug[:variant]``; ``~author/family-latest`` is an alias (OpenRouter docs, 1.4)."""

ProviderSlug = NewType("ProviderSlug", str)


class EndpointKey(NamedTuple):
    """One provider's offer of one model: documented endpoints have no id of their own.

    ``ordinal`` tells equal tags of one model apart (two of about 400 models have them, observed).
    """

    model: ModelId
    tag: str
    ordinal: int

    @property
    def label(self) -> str:
        """Return ``model @ tag``, with the ordinal only where the tag alone would be ambiguous."""
        return f"{self.model} @ {self.tag}" + (f" #{self.ordinal + 1}" if self.ordinal else "")

    def __str__(self) -> str:
        """Return the label."""
        return self.label


class Kind(StrEnum):
    """What a record is about."""

    MODEL = "model"
    ENDPOINT = "endpoint"
    PROVIDER = "provider"
    CATALOG = "catalog"


class Surface(StrEnum):
    """One thing that is swept, each with its own interval and health."""

    MODELS = "models"
    ENDPOINTS = "endpoints"
    PROVIDERS = "providers"
    ZDR = "zdr"
    FRONTEND = "frontend"
    FRONTEND_CATALOG = "frontend_catalog"
    FRONTEND_ENDPOINTS = "frontend_endpoints"
    LISTED_PRICES = "listed_prices"
    UPTIME_RECENT = "uptime_recent"
    UPTIME_HOURLY = "uptime_hourly"
    TOP_APPS = "top_apps"
    ACTIVITY = "activity"
    AUTHORS = "authors"
    VERSIONS = "versions"
    SCHEMA = "schema"


BEHIND_THE_PAGES = (
    Surface.FRONTEND_CATALOG,
    Surface.FRONTEND_ENDPOINTS,
    Surface.LISTED_PRICES,
    Surface.UPTIME_RECENT,
    Surface.UPTIME_HOURLY,
    Surface.TOP_APPS,
    Surface.ACTIVITY,
    Surface.AUTHORS,
    Surface.VERSIONS,
)
"""What upstream's own pages are made of: undocumented, swept only with ``catalog.frontend: all``."""


ROUTER_AUTHOR = "openrouter"
SERVICE_TIERS = frozenset({"flex", "priority", "ultrafast"})


def author_of(model: ModelId) -> str:
    """Return the part before the slash, without the alias mark."""
    return model.lstrip("~").partition("/")[0]


def variant_of(model: ModelId) -> str:
    """Return ``free``, ``batch``, … or ``standard`` for an id without a variant."""
    return model.partition(":")[2] or "standard"


def base_of(model: ModelId) -> ModelId:
    """Return the id without its variant."""
    return ModelId(model.partition(":")[0])


def is_alias(model: ModelId) -> bool:
    """Tell whether an id is one of the ``~author/family-latest`` rows that mirror another row."""
    return model.startswith("~")


def is_router(model: ModelId) -> bool:
    """Tell whether an id only routes to other models (``openrouter/auto``, ``openrouter/free``, …)."""
    return author_of(model) == ROUTER_AUTHOR


def tier_of(tag: str) -> str:
    """Return the service tier a tag names (``flex`` of ``openai/flex``), or ``standard``."""
    last = tag.rpartition("/")[2]
    return last if "/" in tag and last in SERVICE_TIERS else "standard"
