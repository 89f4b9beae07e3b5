"""Set back: what a clock that ran ahead left in the future, brought to the present.

A time of the past that lies ahead of now was read off a wrong clock. Left alone, it would hold up every wait
that is reckoned from it until the clock is there again: a ``for``, an absence, a group, a retry. What may lie
ahead by right, the end of a silence and the dates in the catalog's own records, stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from operator import is_not
from typing import Any

from watcher.alerts.silence import Silence
from watcher.judgement.state import State

RECORDS = "watcher.catalog."
"""Where the catalog's own records come from, whose dates are upstream's."""


def ahead_of(state: State, now: datetime) -> timedelta:
    """Return how far the newest attempt on a surface lies ahead of now; nothing when none does."""
    attempts = (health.attempted_at for health in state.surfaces.values())
    newest = max((at for at in attempts if at is not None), default=now)
    return max(newest - now, timedelta(0))


def not_ahead(state: State, now: datetime) -> State:
    """Return the state with nothing in it that happened later than now."""
    brought: State = _brought(state, now) if ahead_of(state, now) else state
    return brought


def _brought(value: Any, now: datetime) -> Any:
    """Return a value with every time in it at most now; the same object where none was later."""
    match value:
        case datetime():
            return min(value, now)
        case Silence():
            return value
        case Mapping():
            entries = {key: _brought(each, now) for key, each in value.items()}
            return entries if any(entries[key] is not each for key, each in value.items()) else value
        case tuple() if type(value) is tuple:
            items = tuple(_brought(each, now) for each in value)
            return items if any(map(is_not, items, value)) else value
        case _ if is_dataclass(value) and not type(value).__module__.startswith(RECORDS):
            known = {item.name: getattr(value, item.name) for item in fields(value)}
            moved = {
                name: after for name, each in known.items() if (after := _brought(each, now)) is not each
            }
            return replace(value, **moved) if moved else value  # type: ignore[type-var]  # no class, but one of its values
        case _:
            return value
