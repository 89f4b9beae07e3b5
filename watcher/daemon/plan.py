"""The plan: which surfaces and which models' endpoints the rules need; nothing else is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from watcher.catalog.model import Model
from watcher.catalog.names import Kind, ModelId, Surface, is_router
from watcher.catalog.policy import POLICY_FIELDS
from watcher.rules.rule import Condition, Rule, matches
from watcher.rules.rulebook import Rulebook
from watcher.rules.watch import Watch

ZDR_FIELD = "zdr"
FRONTEND_FIELDS = tuple(field for field in POLICY_FIELDS if field != ZDR_FIELD)
PRICE_PREFIX = "pricing."
VARIABLE = re.compile(r"[a-z]+\.[a-z_]+")
CLAUSE_NEEDS = (
    ("endpoint.", Surface.ENDPOINTS),
    ("model.endpoints", Surface.ENDPOINTS),
    ("model.prompt_price", Surface.ENDPOINTS),
    ("model.completion_price", Surface.ENDPOINTS),
    ("provider.", Surface.PROVIDERS),
    ("provider.training", Surface.FRONTEND),
    ("provider.ret", Surface.FRONTEND),
)
"""How the variables of a ``where`` clause begin, and which surface carries them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to ask for, and for whose sake.

    ``surfaces`` maps each surface that is swept to the names of the rules that need it; the list of models is
    always swept, whoever needs it. ``models`` are those whose endpoints are asked for, in the order of the
    catalog.
    """

    surfaces: Mapping[Surface, tuple[str, ...]]
    models: tuple[ModelId, ...]


def plan(rulebook: Rulebook, models: Iterable[Model], *, frontend: bool = True) -> Plan:
    """Return what a rulebook needs of a catalog that lists ``models``.

    ``frontend`` is False where the configuration keeps off the frontend's undocumented API.
    """
    needs = {rule.name: needed_by(rule) for rule in rulebook.rules}
    surfaces = {
        surface: tuple(name for name, needed in needs.items() if surface in needed)
        for surface in Surface
        if frontend or surface is not Surface.FRONTEND
    }
    swept = {surface: names for surface, names in surfaces.items() if names or surface is Surface.MODELS}
    globs = tuple(
        dict.fromkeys(
            glob for rule in rulebook.rules if Surface.ENDPOINTS in needs[rule.name] for glob in rule.models
        )
    )
    asked = tuple(model.id for model in models if _has_offers(model) and matches(globs, model.id))
    return Plan(surfaces=swept, models=asked)


def needed_by(rule: Rule) -> frozenset[Surface]:
    """Return the surfaces that carry the facts one rule follows, measures or asks for in its ``where``."""
    needed = {Surface.MODELS} if rule.watches or rule.levels else set[Surface]()
    for watch in rule.watches:
        needed |= _watched(watch)
    if rule.levels:
        needed.add(Surface.ENDPOINTS)
    if rule.where is not None:
        needed |= _asked_by(rule.where)
    return frozenset(needed | {Surface.PROVIDERS} if Surface.ENDPOINTS in needed else needed)


def _watched(watch: Watch) -> set[Surface]:
    """Return the surfaces behind a watch.

    A change of policy names the endpoints it touches, and a model's price is its cheapest offer.
    """
    match watch.kind:
        case Kind.CATALOG:
            return set()
        case Kind.MODEL:
            priced = any(field.startswith(PRICE_PREFIX) for field in watch.fields)
            return {Surface.ENDPOINTS} if priced else set()
        case Kind.ENDPOINT:
            return {Surface.ENDPOINTS} | _policies(watch)
        case Kind.PROVIDER:
            policies = _policies(watch)
            return {Surface.PROVIDERS} | policies | ({Surface.ENDPOINTS} if policies else set())
    assert_never(watch.kind)


def _policies(watch: Watch) -> set[Surface]:
    frontend = {Surface.FRONTEND} if any(map(watch.follows, FRONTEND_FIELDS)) else set()
    return frontend | ({Surface.ZDR} if watch.follows(ZDR_FIELD) else set())


def _asked_by(where: Condition) -> set[Surface]:
    """Return the surfaces behind the variables of a clause, which is false while one of them is unknown."""
    names = VARIABLE.findall(where.source)
    return {surface for name in names for start, surface in CLAUSE_NEEDS if name.startswith(start)}


def _has_offers(model: Model) -> bool:
    """Tell whether a model can have endpoints: aliases and routers answer an empty list (observed)."""
    return not (model.is_alias or is_router(model.id))
