"""Marks: by which a body is known that was answered once before.

Upstream counts its uptimes anew all the time: where three of a model's lie between nothing and all, they do
not come twice (never in 13,708 bodies of one day; a single one did in every twentieth, observed). Readings
that stood in an earlier sweep, but not in the last, come out of a copy of that sweep, and so does all else in
the same body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import lru_cache
from itertools import pairwise, takewhile
from math import fsum
from zlib import crc32

from watcher.catalog.names import EndpointKey, ModelId, Surface
from watcher.catalog.sheets import EndpointsSheet
from watcher.catalog.telemetry import UNREAD, Telemetry
from watcher.judgement.belief.admit import HELD_FOR
from watcher.judgement.belief.generations import MEMORY, Span
from watcher.judgement.belief.taken import Moment
from watcher.judgement.state import UNREAD_SURFACE, State
from watcher.rules.patience import is_met

SWEEPS = 200
TELLING = 3
WHOLE = 100
MILLIONTHS = 1_000_000
UPTIMES = 3
"""The first of a reading's columns; status follows from them, and the others need an API key."""
Sweeps = Mapping[str, str]
"""The marks of the sweeps of late, one after the other, by the ISO time of each."""
Readings = Mapping[EndpointKey, Telemetry]


class Age(Enum):
    """What a body's readings tell of its age; where they did not move they tell nothing."""

    NEW = "new"
    OLD = "old"
    UNTOLD = "untold"


def mark(model: ModelId, telemetry: Iterable[Telemetry]) -> str:
    """Return eight characters for the readings of a model; none where too few of them tell."""
    values = [uptime for reading in telemetry for uptime in reading[:UPTIMES] if uptime and uptime != WHOLE]
    if len(values) < TELLING:
        return ""
    return f"{(int(fsum(values) * MILLIONTHS) ^ _named(model)) & 0xFFFFFFFF:08x}"


@lru_cache(maxsize=8192)
def _named(model: ModelId) -> int:
    return crc32(model.encode())


def with_marks(state: State, sheet: EndpointsSheet | None, at: datetime) -> State:
    """Return the state that remembers the marks of a believed sweep, and those of the last two days."""
    if sheet is None or state.surfaces.get(Surface.ENDPOINTS, UNREAD_SURFACE).believed_at != at:
        return state
    marks = "".join([mark(model, offers.telemetry) for model, offers in sheet.rows.items()])
    first = (at - MEMORY).isoformat()
    kept = sorted(name for name in state.sweeps if name > first)[1 - SWEEPS :]
    return replace(state, sweeps={name: state.sweeps[name] for name in kept} | {at.isoformat(): marks})


def age_of(sweeps: Sweeps, model: ModelId, now: Readings, last: Readings, moment: Moment) -> Age:
    """Return what the readings of a model tell of the age of the body they stand in.

    ``last`` are those that were believed last. A copy that is served for as long as any held answer is the
    world after all.
    """
    own = mark(model, now.values())
    if not own or not _moved(now, last):
        return Age.UNTOLD
    if not any(own in marks for marks in sweeps.values()):
        return Age.NEW
    lately = list(takewhile(lambda name: own in sweeps[name], sorted(sweeps, reverse=True)))
    served = bool(lately) and is_met(
        moment.at - datetime.fromisoformat(lately[-1]), moment.confirm_after * HELD_FOR
    )
    return Age.UNTOLD if served else Age.OLD


def _moved(now: Readings, last: Readings) -> bool:
    """Tell whether any uptime that was known before is another one now."""
    return any(
        new is not None and old is not None and new != old
        for key, reading in now.items()
        for new, old in zip(reading[:UPTIMES], last.get(key, UNREAD), strict=False)
    )


def when_it_read_so(
    sweeps: Sweeps, model: ModelId, telemetry: Iterable[Telemetry], at: datetime
) -> list[Span]:
    """Return the times at which the readings of a model were those of the latest sweep."""
    own = mark(model, telemetry)
    times = [*sorted(sweeps), at.isoformat()]
    return [
        (datetime.fromisoformat(name), datetime.fromisoformat(later))
        for name, later in pairwise(times)
        if own in sweeps[name]
    ]
