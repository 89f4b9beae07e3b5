"""Outcomes: what became of a poll, surface by surface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from enum import StrEnum

from watcher.catalog.names import Surface
from watcher.catalog.sheets import EndpointsSheet, Seen, Sheet
from watcher.judgement.decision import Decision
from watcher.judgement.state import UNREAD_SURFACE, State


class Outcome(StrEnum):
    """How one poll of one surface ended; ``lost`` could not be written down."""

    BELIEVED = "believed"
    REFUSED = "refused"
    HELD = "held"
    LOST = "lost"


def outcomes(before: State, decision: Decision) -> Mapping[Surface, Outcome]:
    """Return the outcome of each surface that was polled."""
    held = {refusal.surface for refusal in decision.refused if refusal.held}
    found: dict[Surface, Outcome] = {}
    for surface, health in decision.state.surfaces.items():
        if health.attempted_at == before.surfaces.get(surface, UNREAD_SURFACE).attempted_at:
            continue
        unbelieved = Outcome.HELD if surface in held else Outcome.REFUSED
        found[surface] = Outcome.BELIEVED if health.believed_at == health.attempted_at else unbelieved
    return found


def refused_rows(seen: Seen) -> Mapping[Surface, int]:
    """Return how many rows of each surface could not be read."""
    return {surface: number for surface, number in _refused(seen) if number}


def _refused(seen: Seen) -> Iterator[tuple[Surface, int]]:
    for field in fields(seen):
        match getattr(seen, field.name):
            case Sheet(surface=surface, bad=bad):
                yield surface, len(bad)
            case EndpointsSheet(rows=rows):
                yield Surface.ENDPOINTS, sum(len(offers.bad) for offers in rows.values())
            case _:
                pass
