"""The plan: the smallest set of requests that the rules need, how often each is made, and for whose sake."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import ceil
from typing import Protocol

from watcher.catalog.names import ModelId, Surface, author_of, base_of, is_alias, is_router, variant_of
from watcher.daemon.rounds.needs import Means, needed_by, unasked_for
from watcher.rules.rule import matches
from watcher.rules.rulebook import Rulebook

HOUR = timedelta(hours=1)
DOCUMENTS = 2
"""The schema is two documents."""

WILDCARDS = "*?["
UNPLANNED = 0.2
"""Requests beside the plan are at most this part of the planned ones."""

ROOM = 0.9
"""So much of the hour's requests is planned; the rest is for jitter, retries and pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One surface's part of the plan: for which rules it is swept, what one sweep asks for, and how often.

    ``models`` are those it is asked for, in the order of the catalog; ``keys`` are what the frontend is asked
    for on their account. Both are empty where one list says it all.
    """

    rules: tuple[str, ...] = ()
    models: tuple[ModelId, ...] = ()
    keys: tuple[str, ...] = ()
    requests: int = 1
    every: timedelta
    is_by_model: bool = False

    @property
    def an_hour(self) -> float:
        """Return the requests an hour."""
        return self.requests * (HOUR / self.every)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to ask for, and for whose sake.

    The list of models is always asked for, whoever needs it. ``stretch`` is by how much all intervals are
    longer than configured, so that the requests fit into the hour's limit. ``ids`` are the models by what the
    frontend is asked for them as.
    """

    asks: Mapping[Surface, Ask]
    ids: Mapping[str, ModelId] = field(default_factory=dict)
    stretch: float = 1.0

    @property
    def surfaces(self) -> Mapping[Surface, tuple[str, ...]]:
        """Return the rules that need each surface that is swept."""
        return {surface: ask.rules for surface, ask in self.asks.items()}

    @property
    def models(self) -> tuple[ModelId, ...]:
        """Return the models whose endpoints are asked for, in the order of the catalog."""
        ask = self.asks.get(Surface.ENDPOINTS)
        return () if ask is None else ask.models

    @property
    def an_hour(self) -> float:
        """Return the requests an hour, all together."""
        return sum(ask.an_hour for ask in self.asks.values())


class Named(Protocol):
    """What a plan asks of a model."""

    @property
    def id(self) -> ModelId:
        """Return its id."""

    @property
    def canonical_slug(self) -> str | None:
        """Return its permaslug."""

    @property
    def asked_as(self) -> str:
        """Return what the frontend is asked for it by."""

    @property
    def is_alias(self) -> bool:
        """Tell whether it mirrors another one."""


@dataclass(frozen=True, slots=True)
class Presumed:
    """A model that a rule names in full, before the catalog was ever read."""

    id: ModelId
    canonical_slug: str | None = None

    @property
    def asked_as(self) -> str:
        """Return what the frontend would be asked for it by, as far as its id tells."""
        return f"{base_of(self.id)}|{variant_of(self.id)}"

    @property
    def is_alias(self) -> bool:
        """Tell whether it mirrors another one."""
        return is_alias(self.id)


def presumed(rulebook: Rulebook) -> tuple[Presumed, ...]:
    """Return the models that the rules name in full, without wildcards."""
    globs = dict.fromkeys(glob for rule in rulebook.rules for glob in rule.models)
    return tuple(Presumed(ModelId(glob)) for glob in globs if not any(sign in glob for sign in WILDCARDS))


def plan(rulebook: Rulebook, models: Iterable[Named], means: Means) -> Plan:
    """Return what a rulebook needs of a catalog that lists ``models``, within the means."""
    listed = tuple(model for model in models if _has_offers(model))
    needs = {rule.name: needed_by(rule, means) for rule in rulebook.rules}
    asks: dict[Surface, Ask] = {}
    unasked = unasked_for(means.frontend)
    for surface in Surface:
        rules = tuple(rule for rule in rulebook.rules if surface in needs[rule.name])
        if not rules and surface not in unasked:
            continue
        names, every = tuple(rule.name for rule in rules), rulebook.intervals[surface]
        if surface not in BY_MODEL:
            asks[surface] = Ask(rules=names, requests=_documents(surface), every=every)
            continue
        globs = tuple(dict.fromkeys(glob for rule in rules for glob in rule.models))
        wanted = tuple(model for model in listed if matches(globs, model.id))
        keys = tuple(dict.fromkeys(BY_MODEL[surface](model) for model in wanted))
        asks[surface] = Ask(
            rules=names,
            models=tuple(model.id for model in wanted),
            keys=() if surface is Surface.ENDPOINTS else keys,
            requests=len(keys),
            every=every,
            is_by_model=True,
        )
    ids = {model.asked_as: model.id for model in listed}
    return _within(Plan(asks=asks, ids=ids), means.per_hour)


def intervals_of(made: Plan, configured: Mapping[Surface, timedelta]) -> Mapping[Surface, timedelta]:
    """Return how often each surface is swept, as planned where it is and as configured elsewhere."""
    if made.stretch == 1.0:
        return configured
    return {**configured, **{surface: ask.every for surface, ask in made.asks.items()}}


def unplanned_at_most(made: Plan, per_hour: int | None) -> int:
    """Return how many requests an hour may be made beside a plan: for what changed, or is to be filled."""
    most = made.an_hour * UNPLANNED
    return int(most if per_hour is None else min(most, per_hour - made.an_hour))


def _within(made: Plan, per_hour: int | None) -> Plan:
    """Return the plan with all intervals stretched evenly where it would ask too often."""
    if per_hour is None or made.an_hour <= per_hour * ROOM:
        return made
    stretch = made.an_hour / (per_hour * ROOM)
    asks = {
        surface: replace(ask, every=_whole_seconds(ask.every * stretch)) for surface, ask in made.asks.items()
    }
    return replace(made, asks=asks, stretch=stretch)


def _whole_seconds(length: timedelta) -> timedelta:
    return timedelta(seconds=ceil(length.total_seconds()))


def _permaslug(model: Named) -> str:
    return model.canonical_slug or base_of(model.id)


def _asked_as(model: Named) -> str:
    return model.asked_as


def _id(model: Named) -> str:
    return model.id


def _author(model: Named) -> str:
    return author_of(model.id)


BY_MODEL: Mapping[Surface, Callable[[Named], str]] = {
    Surface.ENDPOINTS: _id,
    Surface.FRONTEND_ENDPOINTS: _asked_as,
    Surface.LISTED_PRICES: _asked_as,
    Surface.UPTIME_RECENT: _permaslug,
    Surface.TOP_APPS: _asked_as,
    Surface.ACTIVITY: _asked_as,
    Surface.AUTHORS: _author,
    Surface.VERSIONS: _asked_as,
}
"""What each surface is asked for on account of a model."""


def _documents(surface: Surface) -> int:
    return DOCUMENTS if surface is Surface.SCHEMA else 1


def _has_offers(model: Named) -> bool:
    """Tell whether a model can have endpoints: aliases and routers answer an empty list (observed)."""
    return not (model.is_alias or is_router(model.id))
