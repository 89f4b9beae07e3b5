"""Occasions: which source of a poll read which quantities, for which models, and how often it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.catalog.names import ModelId, Surface
from watcher.judgement.knowledge.present import Observed
from watcher.judgement.knowledge.subjects import Slugs
from watcher.judgement.knowledge.usage import TOKENS
from watcher.judgement.levels.readings import Reading, listed_readings, readings, readings_of_use
from watcher.judgement.state import UNREAD_SURFACE, State
from watcher.rules.level import Level

SPEEDS = frozenset({"latency", "throughput"})
PRICES = frozenset({"pricing"})
USE = frozenset({TOKENS})
EVERYTHING = SPEEDS | PRICES | {"uptime"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One source that answered: when, for which models, when it did before, and how often it is asked.

    ``quantities`` are the families it speaks of: ``uptime``, ``latency``, ``throughput``, ``pricing``,
    ``tokens``.
    ``before`` is the state without what it answered.
    """

    surface: Surface
    quantities: frozenset[str]
    at: datetime
    before: State
    answered: frozenset[ModelId]
    not_before: datetime | None
    interval: timedelta

    def speaks_of(self, level: Level) -> bool:
        """Tell whether this source reads what a level is about."""
        return level.quantity.partition(".")[0].partition("_")[0] in self.quantities

    def readings(self, state: State, level: Level, slugs: Slugs) -> Iterator[Reading]:
        """Yield each answered subject with its reading; None is unknown."""
        answered = sorted(self.answered)
        match self.surface:
            case Surface.ACTIVITY | Surface.AUTHORS:
                yield from readings_of_use(state, answered)
            case Surface.MODELS:
                yield from listed_readings(state, level, answered)
            case Surface.FRONTEND_ENDPOINTS:
                yield from readings(replace(state, telemetry=state.frontend_readings), level, answered, slugs)
            case _:
                yield from readings(state, level, answered, slugs)


def occasions(
    before: State, after: State, observed: Observed, now: datetime, intervals: Mapping[Surface, timedelta]
) -> Iterator[Occasion]:
    """Yield the sources of readings that answered in a poll.

    The documented endpoints' word counts first. The frontend's is heard of what they do not carry, and of
    models that only it knows; a model's own price where no endpoints are to be had.
    """
    carried = after.surfaces.get(Surface.ENDPOINTS, UNREAD_SURFACE).carried
    for surface, quantities, answered in (
        (Surface.ENDPOINTS, EVERYTHING, observed.endpoints - observed.led),
        (Surface.FRONTEND_ENDPOINTS, SPEEDS - carried, observed.frontend_endpoints),
        (Surface.FRONTEND_ENDPOINTS, PRICES, observed.led),
        (Surface.ACTIVITY, USE, observed.active),
        (Surface.AUTHORS, USE, observed.authored),
        (Surface.MODELS, PRICES, frozenset(after.models) if observed.models and observed.listed else None),
    ):
        if answered:
            yield Occasion(
                surface=surface,
                quantities=quantities,
                at=now,
                before=before,
                answered=answered,
                not_before=before.surfaces.get(surface, UNREAD_SURFACE).believed_at,
                interval=intervals[surface],
            )
