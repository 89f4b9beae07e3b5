"""Needs: which surfaces carry what a rule follows, measures or asks for in its ``where``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

from watcher.catalog.names import BEHIND_THE_PAGES, Kind, Surface
from watcher.catalog.policy import POLICY_FIELDS
from watcher.config import CatalogSettings, Frontend
from watcher.rules.rule import Condition, Rule
from watcher.rules.watch import Watch

ZDR_FIELD = "zdr"
FRONTEND_FIELDS = tuple(field for field in POLICY_FIELDS if field != ZDR_FIELD)
PRICE_PREFIX = "pricing."
SPEEDS = frozenset({"latency", "throughput"})
USE = "tokens"
VARIABLE = re.compile(r"[a-z]+\.[a-z_]+")
CLAUSE_NEEDS = (
    ("model.tokens", Surface.ACTIVITY),
    ("model.tokens", Surface.AUTHORS),
    ("model.requests", Surface.ACTIVITY),
    ("model.requests", Surface.AUTHORS),
    ("endpoint.", Surface.ENDPOINTS),
    ("model.endpoints", Surface.ENDPOINTS),
    ("model.prompt_price", Surface.ENDPOINTS),
    ("model.completion_price", Surface.ENDPOINTS),
    ("endpoint.training", Surface.FRONTEND),
    ("endpoint.training", Surface.FRONTEND_ENDPOINTS),
    ("endpoint.ret", Surface.FRONTEND),
    ("endpoint.ret", Surface.FRONTEND_ENDPOINTS),
    ("endpoint.zdr", Surface.ZDR),
    ("provider.", Surface.PROVIDERS),
    ("provider.training", Surface.FRONTEND),
    ("provider.ret", Surface.FRONTEND),
)
"""How the variables of a ``where`` clause begin, and which surface carries them."""

SPEED_NEEDS = (
    ("endpoint.latency", Surface.FRONTEND_ENDPOINTS),
    ("endpoint.throughput", Surface.FRONTEND_ENDPOINTS),
)
"""How fast an endpoint is shows the documented API to a key alone."""

FACTS_OF_THE_PAGES = (
    (Kind.ENDPOINT, "disabled", Surface.FRONTEND_ENDPOINTS),
    (Kind.ENDPOINT, "deranked", Surface.FRONTEND_ENDPOINTS),
    (Kind.ENDPOINT, "hidden", Surface.FRONTEND_ENDPOINTS),
    (Kind.ENDPOINT, "announced.prompt", Surface.LISTED_PRICES),
    (Kind.ENDPOINT, "announced.prompt", Surface.FRONTEND_ENDPOINTS),
    (Kind.MODEL, "app.1", Surface.TOP_APPS),
    (Kind.MODEL, "version.1", Surface.VERSIONS),
    (Kind.MODEL, "warning", Surface.FRONTEND_CATALOG),
    (Kind.MODEL, "promotion", Surface.FRONTEND_CATALOG),
    (Kind.MODEL, ZDR_FIELD, Surface.ZDR),
)
"""Facts that one other surface alone carries, and which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the configuration allows: how much of the frontend, and how many requests an hour.

    ``per_hour`` None is as many as it takes. ``has_key`` says that the documented API shows its speeds.
    """

    frontend: Frontend = Frontend.POLICIES
    per_hour: int | None = None
    has_key: bool = False


def means_of(catalog: CatalogSettings) -> Means:
    """Return what a configuration allows."""
    return Means(
        frontend=catalog.frontend,
        per_hour=catalog.max_requests_per_hour,
        has_key=catalog.api_key is not None,
    )


def needed_by(rule: Rule, means: Means) -> frozenset[Surface]:
    """Return the surfaces that carry the facts of one rule, as far as they may be asked."""
    needed = {Surface.MODELS} if rule.watches or rule.levels else set[Surface]()
    for watch in rule.watches:
        needed |= _watched(watch)
    if any(level.quantity == USE for level in rule.levels):
        needed |= {Surface.ACTIVITY, Surface.AUTHORS}
    if any(level.quantity != USE or rule.providers for level in rule.levels):
        needed.add(Surface.ENDPOINTS)
    if any(level.quantity in SPEEDS for level in rule.levels) and not means.has_key:
        needed.add(Surface.FRONTEND_ENDPOINTS)
    if rule.where is not None:
        needed |= _asked_by(rule.where, means)
    if Surface.ENDPOINTS in needed:
        needed.add(Surface.PROVIDERS)
    return frozenset(needed - out_of_reach(means.frontend))


def out_of_reach(frontend: Frontend) -> frozenset[Surface]:
    """Return the surfaces that the configuration keeps off."""
    pages = frozenset({*BEHIND_THE_PAGES, Surface.SCHEMA})
    match frontend:
        case Frontend.NONE:
            return pages | {Surface.FRONTEND}
        case Frontend.POLICIES:
            return pages
        case Frontend.ALL:
            return frozenset()
    assert_never(frontend)


def unasked_for(frontend: Frontend) -> frozenset[Surface]:
    """Return the surfaces that are swept though no rule needs them.

    The models say which others there are; the schema is where drift is announced before it bites.
    """
    return frozenset({Surface.MODELS, Surface.SCHEMA}) - out_of_reach(frontend)


def _watched(watch: Watch) -> set[Surface]:
    """Return the surfaces behind a watch.

    A change of policy names the endpoints it touches, and a model's price is its cheapest offer.
    """
    shown = {
        surface for kind, field, surface in FACTS_OF_THE_PAGES if watch.kind is kind and watch.follows(field)
    }
    match watch.kind:
        case Kind.CATALOG:
            return set()
        case Kind.MODEL:
            priced = any(field.startswith(PRICE_PREFIX) for field in watch.fields)
            return shown | ({Surface.ENDPOINTS} if priced else set())
        case Kind.ENDPOINT:
            return shown | {Surface.ENDPOINTS} | _policies(watch)
        case Kind.PROVIDER:
            policies = _policies(watch)
            return shown | {Surface.PROVIDERS} | policies | ({Surface.ENDPOINTS} if policies else set())
    assert_never(watch.kind)


def _policies(watch: Watch) -> set[Surface]:
    """Return where policies are read: of providers, and what overrides them for an endpoint."""
    published = any(map(watch.follows, FRONTEND_FIELDS))
    frontend = {Surface.FRONTEND, Surface.FRONTEND_ENDPOINTS} if published else set()
    return frontend | ({Surface.ZDR} if watch.follows(ZDR_FIELD) else set())


def _asked_by(where: Condition, means: Means) -> set[Surface]:
    """Return the surfaces behind the variables of a clause, which is false while one of them is unknown."""
    needs = CLAUSE_NEEDS if means.has_key else CLAUSE_NEEDS + SPEED_NEEDS
    names = VARIABLE.findall(where.source)
    return {surface for name in names for start, surface in needs if name.startswith(start)}
