"""Errands: what is asked for once, beside the plan, so that the history has a past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from watcher.catalog.names import ModelId, Surface
from watcher.config import Frontend
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.plan import BY_MODEL, Named, Plan
from watcher.rules.rule import Rule, matches
from watcher.rules.rulebook import Rulebook

UPTIME = "uptime"
REPEATED = timedelta(days=1)
"""What was asked for once is not asked for again for so long, whatever came of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What one surface is asked for once, for which rules and models.

    ``keys`` are the models behind each thing that is asked for. Where that is every endpoint by its own id,
    there are none.
    """

    rules: tuple[str, ...]
    models: tuple[ModelId, ...]
    keys: Mapping[str, tuple[ModelId, ...]]


def errands(
    rulebook: Rulebook, listed: Iterable[Named], made: Plan, means: Means
) -> Mapping[Surface, Errand]:
    """Return what is to be asked for once: earlier prices of all whose endpoints are, uptimes for some.

    Where no rule has the frontend's endpoints swept, they are asked for once too: uptimes are by their ids.
    """
    if means.frontend is not Frontend.ALL or not made.models:
        return {}
    named = {model.id: model for model in listed}
    everyone = [model for model in made.models if model in named]
    measuring = [rule for rule in rulebook.rules if measures_uptime(rule)]
    measured = [model for model in everyone if any(matches(rule.models, model) for rule in measuring)]
    found = {Surface.LISTED_PRICES: (made.asks[Surface.ENDPOINTS].rules, everyone)}
    if measured:
        names = tuple(rule.name for rule in measuring)
        if Surface.FRONTEND_ENDPOINTS not in made.asks:
            found[Surface.FRONTEND_ENDPOINTS] = names, measured
        found[Surface.UPTIME_RECENT] = names, measured
        found[Surface.UPTIME_HOURLY] = names, measured
    return {
        surface: Errand(rules=rules, models=tuple(models), keys=_keys(surface, models, named))
        for surface, (rules, models) in found.items()
    }


def measures_uptime(rule: Rule) -> bool:
    """Tell whether a rule holds an uptime against a threshold."""
    return any(level.quantity.startswith(UPTIME) for level in rule.levels)


def _keys(
    surface: Surface, models: Iterable[ModelId], named: Mapping[ModelId, Named]
) -> Mapping[str, tuple[ModelId, ...]]:
    keys: dict[str, tuple[ModelId, ...]] = {}
    if surface in BY_MODEL:
        for model in models:
            key = BY_MODEL[surface](named[model])
            keys[key] = (*keys.get(key, ()), model)
    return keys
