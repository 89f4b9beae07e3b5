"""Thinning: facts that many rows at once show no more, until that is confirmed by time or over again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.catalog.names import Kind, Surface
from watcher.catalog.policy import POLICY_FIELDS
from watcher.judgement.belief.schema import Drift, SchemaChange
from watcher.judgement.state import UNREAD_SURFACE, State, Thinning
from watcher.rules.patience import is_met

SURFACES = {
    Kind.MODEL: Surface.MODELS,
    Kind.ENDPOINT: Surface.ENDPOINTS,
    Kind.PROVIDER: Surface.PROVIDERS,
}


def settled(
    state: State, changes: Iterable[SchemaChange], now: datetime, confirm_after: timedelta
) -> tuple[State, tuple[SchemaChange, ...]]:
    """Return the state that remembers what waits, and the changes to tell now.

    What vanished is told once it stayed so for the confirmation time, like any other absence; what comes back
    before was nothing.
    """
    waiting = {
        surface: dict(health.thinning) for surface, health in state.surfaces.items() if health.thinning
    }
    told: list[SchemaChange] = []
    for change in sorted(changes, key=lambda one: one.drift is Drift.VANISHED):
        here = waiting.setdefault(_surface_of(change, state), {})
        if change.drift is Drift.VANISHED:
            here[_name(change.kind, change.field)] = Thinning(
                since=change.at, not_before=change.not_before, rows=change.rows, size=change.size
            )
        elif here.pop(_name(change.kind, change.field), None) is None:
            told.append(change)
    for surface, thinning in waiting.items():
        if state.surfaces.get(surface, UNREAD_SURFACE).believed_at == now:
            told.extend(_confirmed(thinning, now, confirm_after))
    return _remembering(state, waiting), tuple(told)


def _surface_of(change: SchemaChange, state: State) -> Surface:
    if change.kind is Kind.PROVIDER and change.field in POLICY_FIELDS and Surface.FRONTEND in state.surfaces:
        return Surface.FRONTEND
    return SURFACES[change.kind]


def _name(kind: Kind, field: str) -> str:
    return f"{kind}.{field}"


def _confirmed(
    thinning: dict[str, Thinning], now: datetime, confirm_after: timedelta
) -> Iterator[SchemaChange]:
    """Yield what stayed away long enough, and forget that it waited."""
    for name, thin in list(thinning.items()):
        if not is_met(now - thin.since, confirm_after):
            continue
        del thinning[name]
        kind, _, field = name.partition(".")
        yield SchemaChange(
            kind=Kind(kind),
            field=field,
            drift=Drift.VANISHED,
            rows=thin.rows,
            size=thin.size,
            at=thin.since,
            not_before=thin.not_before,
        )


def _remembering(state: State, waiting: Mapping[Surface, Mapping[str, Thinning]]) -> State:
    moved = {
        surface: replace(state.surfaces.get(surface, UNREAD_SURFACE), thinning=thinning)
        for surface, thinning in waiting.items()
        if thinning != state.surfaces.get(surface, UNREAD_SURFACE).thinning
    }
    return replace(state, surfaces={**state.surfaces, **moved}) if moved else state
