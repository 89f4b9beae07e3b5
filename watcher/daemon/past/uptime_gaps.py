"""Gaps: the days and hours of late of which neither we nor the record know how well an endpoint did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from watcher.catalog.names import EndpointKey, ModelId
from watcher.catalog.telemetry import Day
from watcher.daemon.past.past_uptimes import DAY, HOUR, HOURS, hour_of
from watcher.store.queries import Queries

LEAST = 6
"""So many unknown hours of the last three days are worth a request."""

ALL_OF_THEM = (1 << HOURS) - 1
DAYS_BACK = (2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """When sweeps of the last three days were, which endpoints they read, and what is kept of the days."""

    now: datetime
    sweeps: Sequence[tuple[datetime, frozenset[EndpointKey]]]
    days: Mapping[date, Mapping[EndpointKey, Day]]


def looks(queries: Queries, now: datetime) -> Looks:
    """Read what is known of the last three days."""
    since = hour_of(now) - HOURS * HOUR
    return Looks(
        now=now,
        sweeps=tuple(queries.looked_at(since)),
        days=dict(queries.days(since.date(), now.date())),
    )


def models_without_days(known: Looks, endpoints: Mapping[ModelId, Sequence[EndpointKey]]) -> list[ModelId]:
    """Return the models of whose endpoints there was one of the last two days of which nothing is known."""
    days = [known.now.date() - back * DAY for back in DAYS_BACK]
    read = {day: frozenset(known.days.get(day, ())) | _read_on(known, day) for day in days}
    return [
        model for model, keys in endpoints.items() if keys and any(read[day].isdisjoint(keys) for day in days)
    ]


def endpoints_with_gaps(
    known: Looks, endpoints: Mapping[ModelId, Sequence[EndpointKey]], every: timedelta
) -> frozenset[EndpointKey]:
    """Return the endpoints of which so many hours are unknown that they are worth a request."""
    keys = [key for listed in endpoints.values() for key in listed]
    return frozenset(key for key, hours in unknown_hours(known, keys, every).items() if hours >= LEAST)


def models_to_fill(
    known: Looks, endpoints: Mapping[ModelId, Sequence[EndpointKey]], every: timedelta
) -> frozenset[ModelId]:
    """Return the models of which days, or more than a few hours, are unknown."""
    gaps = endpoints_with_gaps(known, endpoints, every)
    return frozenset((*models_without_days(known, endpoints), *(key.model for key in gaps)))


def unknown_hours(known: Looks, keys: Iterable[EndpointKey], every: timedelta) -> Mapping[EndpointKey, int]:
    """Return how many of the last 72 hours are unknown of each endpoint.

    An hour is known of where a sweep was in it, or an interval from it, and where the record was asked.
    """
    start = hour_of(known.now) - HOURS * HOUR
    read: dict[frozenset[EndpointKey], int] = {}
    for at, of in known.sweeps:
        read[of] = read.get(of, 0) | _hours_about(at - start, every)
    return {key: (ALL_OF_THEM & ~_known_hours(known, key, start, read)).bit_count() for key in keys}


def _read_on(known: Looks, day: date) -> frozenset[EndpointKey]:
    rosters = {of for at, of in known.sweeps if at.date() == day}
    return frozenset[EndpointKey]().union(*rosters)


def _hours_about(into: timedelta, every: timedelta) -> int:
    """Return the hours, as bits, that a sweep so far into them tells about."""
    first = max(-((HOUR + every - into) // HOUR), 0)
    last = min((into + every) // HOUR, HOURS - 1)
    return ((1 << (last + 1)) - 1) & ~((1 << first) - 1) if last >= first else 0


def _known_hours(
    known: Looks, key: EndpointKey, start: datetime, read: Mapping[frozenset[EndpointKey], int]
) -> int:
    hours = 0
    for of, bits in read.items():
        hours |= bits if key in of else 0
    for day, summaries in known.days.items():
        day_of_it = summaries.get(key)
        if day_of_it is not None:
            begin = (datetime.combine(day, start.timetz()).replace(hour=0) - start) // HOUR
            bits = (1 << len(day_of_it.hours)) - 1
            hours |= bits << begin if begin >= 0 else bits >> -begin
    return hours
