"""Oddities: keys that nobody here knows, and endpoints of which two sources say different things; counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from watcher.catalog.names import Surface
from watcher.catalog.sheets import Seen
from watcher.judgement.knowledge.facts import facts_of_endpoint, moved
from watcher.judgement.state import UNREAD_SURFACE, State

COMPARED = frozenset({"context_length", "max_completion_tokens", "quantization"})
"""Facts that both sources list in the same way, besides prices."""


def with_oddities(state: State, seen: Seen, believed: Collection[str]) -> State:
    """Return the state whose surfaces know their strange keys, and how often the frontend disagrees.

    ``believed`` are names of answers, as absorbing them has it.
    """
    surfaces = dict(state.surfaces)
    for answer, surface, strange in _strangers(seen):
        health = surfaces.get(surface, UNREAD_SURFACE)
        if answer in believed and health.strange != strange:
            surfaces[surface] = replace(health, strange=dict(sorted(strange.items())))
    if "frontend endpoints" in believed:
        health = surfaces[Surface.FRONTEND_ENDPOINTS]
        surfaces[Surface.FRONTEND_ENDPOINTS] = replace(health, disagreements=disagreements(state))
    return state if surfaces == state.surfaces else replace(state, surfaces=surfaces)


def disagreements(state: State) -> int:
    """Return on how many endpoints the two books differ in what both know, the clock's prices not counted."""
    count = 0
    for model, listed in state.frontend_endpoints.items():
        documented = state.endpoints.get(model, {})
        for key, tracked in listed.items():
            twin = documented.get(key)
            if twin is not None and not (twin.gone or tracked.gone):
                names = moved(facts_of_endpoint(twin.record), facts_of_endpoint(tracked.record))
                count += any(name in COMPARED or name.startswith("pricing.") for name in names)
    return count


def _strangers(seen: Seen) -> Iterator[tuple[str, Surface, Mapping[str, int]]]:
    for answer, sheet in (
        ("policies", seen.policies),
        ("frontend catalog", seen.frontend_catalog),
        ("frontend endpoints", seen.frontend_endpoints),
    ):
        if sheet is not None:
            yield answer, sheet.surface, sheet.strange
