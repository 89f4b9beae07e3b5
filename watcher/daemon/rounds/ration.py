"""Ration: how many requests single sweeps may still make in an hour, remembered between them in a small file.

A file and not a row of the store, as for the daemon's presence: it is about processes, and losing it costs at
most one hour's restraint.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import orjson

from watcher.catalog.names import ModelId, Surface
from watcher.daemon.rounds.plan import ROOM, Ask, Plan

NAME = "requests.json"
HOUR = timedelta(hours=1)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
Waited = Callable[[Surface, ModelId], datetime | None]
"""Says when a model was answered for last; None: never."""


class Spent(NamedTuple):
    """The requests of one sweep: when it was (UTC), how many, and how many of them for one model each."""

    at: datetime
    requests: int
    by_model: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ration:
    """The most requests there may be in an hour, and those of the last one."""

    limit: int
    spent: tuple[Spent, ...] = ()

    @property
    def left(self) -> int:
        """Return how many requests may be made now."""
        return max(self.limit - sum(spent.requests for spent in self.spent), 0)

    @property
    def by_model(self) -> int:
        """Return how many were made for one model each."""
        return sum(spent.by_model for spent in self.spent)

    @property
    def free_at(self) -> datetime | None:
        """Return when the first of the requests counts no longer; None where there were none."""
        return min((spent.at + HOUR for spent in self.spent), default=None)

    def after(self, at: datetime, requests: int, by_model: int = 0) -> Ration:
        """Return what is left once so many more were made."""
        return replace(self, spent=(*self.spent, Spent(at, requests, by_model))) if requests else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotted:
    """What is asked for of a plan, and how many of how many of each surface that is cut short."""

    asks: Mapping[Surface, Ask]
    short: Mapping[Surface, tuple[int, int]]

    @property
    def requests(self) -> int:
        """Return how many requests that makes."""
        return sum(ask.requests for ask in self.asks.values())

    @property
    def by_model(self) -> int:
        """Return how many of them are for one model each."""
        return sum(ask.requests for ask in self.asks.values() if ask.is_by_model)


def read_ration(directory: Path, limit: int, now: datetime) -> Ration:
    """Return what the sweeps of the last hour left; where that cannot be read it is all."""
    try:
        found = orjson.loads((directory / NAME).read_bytes())
        spent = (Spent(datetime.fromisoformat(at), int(all_), int(some)) for at, all_, some in found["spent"])
        fresh = tuple(one for one in spent if timedelta(0) <= now - one.at < HOUR and one.by_model >= 0)
    except (OSError, ValueError, KeyError, TypeError):
        return Ration(limit=limit)
    return Ration(limit=limit, spent=fresh)


def write_ration(directory: Path, ration: Ration) -> None:
    """Remember a ration; on a full disk it is not."""
    draft = directory / f"{NAME}.new"
    spent = [[one.at.isoformat(), one.requests, one.by_model] for one in ration.spent]
    with contextlib.suppress(OSError):
        draft.touch(0o600)
        draft.write_bytes(orjson.dumps({"spent": spent}))
        draft.replace(directory / NAME)


def allot(made: Plan, asks: Mapping[Surface, Ask], ration: Ration, waited: Waited) -> Allotted:
    """Return what may be asked for with the requests that are left, a part of which is for retries.

    Lists come first, and what they take in an hour is kept for them, as long as it is no more than half. Of
    the endpoints those of the models that waited longest are asked for; what else is asked for by the model
    is when there is room for all of it.
    """
    whole = ration.limit * ROOM
    lists = sum(ask.an_hour for ask in made.asks.values() if not ask.is_by_model)
    room = int(ration.left * ROOM)
    allotted: dict[Surface, Ask] = {}
    short: dict[Surface, tuple[int, int]] = {}
    for surface, ask in sorted(asks.items(), key=lambda entry: entry[1].is_by_model):
        free = room
        if ask.is_by_model:
            asked = sum(part.requests for part in allotted.values() if part.is_by_model)
            free = max(min(room, int(whole - min(lists, whole / 2)) - ration.by_model - asked), 0)
        part = ask if ask.requests <= free else _part(made, surface, ask, free, waited)
        if part.requests:
            allotted[surface] = part
            room -= part.requests
        if part.requests < ask.requests:
            short[surface] = (part.requests, ask.requests)
    return Allotted(asks=allotted, short=short)


def _part(made: Plan, surface: Surface, ask: Ask, room: int, waited: Waited) -> Ask:
    match surface:
        case Surface.ENDPOINTS:
            chosen = set(sorted(ask.models, key=lambda model: waited(surface, model) or LONG_AGO)[:room])
            models = tuple(model for model in ask.models if model in chosen)
            return replace(ask, models=models, requests=len(models))
        case Surface.FRONTEND_ENDPOINTS:
            named = {key: waited(surface, made.ids[key]) or LONG_AGO for key in ask.keys}
            keys = tuple(sorted(ask.keys, key=lambda key: named[key])[:room])
            return replace(ask, keys=keys, requests=len(keys))
        case _:
            return replace(ask, requests=0)
