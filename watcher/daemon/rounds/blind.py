"""Blind: the surfaces that some rule needs and that were not believed for too long."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.catalog.names import Surface
from watcher.daemon.rounds.plan import Plan
from watcher.judgement.state import UNREAD_SURFACE, State
from watcher.rules.rulebook import Rulebook

UNSAID = "no believed poll"


def blind(state: State, plan: Plan, rulebook: Rulebook) -> Mapping[Surface, str]:
    """Return each such surface with the reason of its last failure.

    Too long is what it is for ``catalog-trouble``: ``after`` polls in a row.
    """
    limits = [rule.trouble_after for rule in rulebook.rules if rule.trouble_after is not None]
    needed = (surface for surface, rules in plan.surfaces.items() if rules)
    healths = {surface: state.surfaces.get(surface, UNREAD_SURFACE) for surface in needed}
    return {
        surface: health.reason or UNSAID
        for surface, health in healths.items()
        if limits and health.failures >= min(limits)
    }


def sentences(found: Mapping[Surface, str]) -> tuple[str, ...]:
    """Return a sentence for each blind surface."""
    return tuple(f"{surface}: no believed poll: {reason}" for surface, reason in found.items())
