"""Listed facts: the prices that a model's own row shows, under names of their own."""

from __future__ import annotations

from watcher.catalog.model import Model
from watcher.catalog.names import is_router
from watcher.judgement.knowledge.facts import facts_of_tariff
from watcher.rules.watch import LISTED, PRICING


def listed_facts(model: Model) -> dict[str, object]:
    """Return the prices of a model's own row, as facts of their own; an alias and a router have none."""
    if model.is_alias or is_router(model.id):
        return {}
    return {
        LISTED + name.removeprefix(PRICING): price for name, price in facts_of_tariff(model.tariff).items()
    }
