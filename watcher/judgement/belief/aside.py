"""Aside: the rows of believed answers that could not be read, counted and named in their surface's health."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from watcher.catalog.names import Surface
from watcher.catalog.sheets import BadRow, Seen
from watcher.judgement.state import UNREAD_SURFACE, State


class Bad(NamedTuple):
    """The rows of one answer that could not be read."""

    answer: str
    surface: Surface
    rows: tuple[BadRow, ...]


def with_set_aside(state: State, seen: Seen, believed: Collection[str]) -> State:
    """Return the state in which each surface knows how many rows of its believed answer could not be read.

    ``believed`` are names of answers, as absorbing them has it.
    """
    surfaces = dict(state.surfaces)
    for answer, surface, rows in _answers(seen):
        if answer not in believed:
            continue
        health = surfaces.get(surface, UNREAD_SURFACE)
        reason = _named(rows[0]) if rows else None
        if (health.set_aside, health.set_aside_reason) != (len(rows), reason):
            surfaces[surface] = replace(health, set_aside=len(rows), set_aside_reason=reason)
    return state if surfaces == state.surfaces else replace(state, surfaces=surfaces)


def _answers(seen: Seen) -> Iterator[Bad]:
    """Yield each answer's unreadable rows; of two answers of one surface the later one counts."""
    if seen.models is not None:
        yield Bad("models", Surface.MODELS, seen.models.bad)
    if seen.policies is not None:
        yield Bad("policies", seen.policies.surface, seen.policies.bad)
    if seen.providers is not None:
        yield Bad("providers", Surface.PROVIDERS, seen.providers.bad)
    if seen.endpoints is not None:
        bad = tuple(chain.from_iterable(offers.bad for offers in seen.endpoints.rows.values()))
        yield Bad("endpoints", Surface.ENDPOINTS, bad)
    if seen.frontend_endpoints is not None:
        yield Bad("frontend endpoints", seen.frontend_endpoints.surface, seen.frontend_endpoints.bad)
    if seen.zdr is not None:
        yield Bad("zdr", Surface.ZDR, seen.zdr.bad)


def _named(row: BadRow) -> str:
    return row.reason if row.id is None else f"{row.id}: {row.reason}"
