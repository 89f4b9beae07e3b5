"""Standing: how things are with a running daemon, in one sentence that is worth reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from watcher.catalog.names import Surface
from watcher.judgement.state import UNREAD_SURFACE, State, SurfaceHealth
from watcher.messages.safe import visible
from watcher.messages.spans import duration
from watcher.store.waiting import Pause

SPOKEN_OF = (Surface.ENDPOINTS, Surface.MODELS)
"""The surface whose freshness is told while all is well: the first of these that is swept."""

LONGEST_REASON = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A configuration that was read and did not take the place of the one in force: when (UTC), and why."""

    at: datetime
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What there is to tell at one moment.

    ``surfaces`` are those that are swept. ``configured_at`` (UTC) is when the configuration in force was
    read, ``refused`` a newer one that is wrong. ``troubles`` are the sentences of the daemon's own health.
    """

    state: State
    surfaces: Sequence[Surface]
    waiting: int
    pauses: Sequence[Pause]
    configured_at: datetime
    refused: Refused | None = None
    troubles: Sequence[str] = ()


def sentence_of(standing: Standing, now: datetime, zone: tzinfo) -> str:
    """Return the sentence for ``now`` (UTC), what is wrong first; times of day are those of ``zone``."""
    return visible("; ".join(_clauses(standing, now, zone)))


def _clauses(standing: Standing, now: datetime, zone: tzinfo) -> Iterator[str]:
    if standing.refused is not None:
        since = _clock(standing.configured_at, now, zone)
        yield f"the changed configuration is refused, the one read at {since} stays in force"
    yield from standing.troubles
    healths = {surface: standing.state.surfaces.get(surface, UNREAD_SURFACE) for surface in standing.surfaces}
    yield from _failing(healths, now)
    yield _known(standing.state)
    spoken_of = next((surface for surface in SPOKEN_OF if surface in healths), None)
    if spoken_of is not None and not healths[spoken_of].failures:
        yield _freshness(spoken_of, healths[spoken_of], now)
    yield f"{_counted(standing.waiting, 'message')} waiting"
    for pause in standing.pauses:
        yield f"{pause.receiver} {pause.target} paused since {_clock(pause.since, now, zone)}"


def _failing(healths: Mapping[Surface, SurfaceHealth], now: datetime) -> Iterator[str]:
    for surface, health in healths.items():
        if health.failures:
            reason = f": {health.reason[:LONGEST_REASON]}" if health.reason else ""
            yield _freshness(surface, health, now) + reason


def _known(state: State) -> str:
    models = sum(not tracked.gone for tracked in state.models.values())
    endpoints = sum(not offer.gone for offers in state.endpoints.values() for offer in offers.values())
    return f"{_counted(models, 'model')}, {_counted(endpoints, 'endpoint')}"


def _freshness(surface: Surface, health: SurfaceHealth, now: datetime) -> str:
    if health.believed_at is None:
        return f"{surface} not yet read"
    return f"{surface} believed {duration(max((now - health.believed_at).total_seconds(), 0))} ago"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _clock(at: datetime, now: datetime, zone: tzinfo) -> str:
    there = at.astimezone(zone)
    same_day = there.date() == now.astimezone(zone).date()
    return f"{there:%H:%M}" if same_day else f"{there:%Y-%m-%d %H:%M}"
