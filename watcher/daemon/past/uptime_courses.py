"""Courses of uptime: how well a model or an endpoint did lately, hour by hour and day by day.

A model's uptime is that of its best known endpoint. What we read ourselves goes before what upstream
recorded; a reading is of 30 minutes, so an hour or a day is the mean of those that were made in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from statistics import fmean
from typing import NamedTuple, TypeVar

from watcher.catalog.names import EndpointKey
from watcher.catalog.telemetry import Day
from watcher.daemon.past.past_uptimes import DAY, HOUR, hour_of
from watcher.store.queries import Queries

S = TypeVar("S", date, datetime)


class Known(NamedTuple):
    """The uptime (percent) of a span of time, None: unknown; and whether only upstream's record tells it."""

    uptime: float | None
    recorded: bool = False


@dataclass(slots=True)
class Readings:
    """What is known of one subject: our readings, and the days of its endpoints as they are kept."""

    read: list[tuple[datetime, float]] = field(default_factory=list)
    days: dict[date, list[Day]] = field(default_factory=dict)


def readings_of(
    queries: Queries, names_of: Callable[[EndpointKey], Collection[str]], since: datetime, now: datetime
) -> Mapping[str, Readings]:
    """Return what is known of each subject since a time; ``names_of`` are those an endpoint counts for."""
    found: dict[str, Readings] = {}
    names_of = cache(names_of)
    for at, sweep in queries.uptimes(since, now, lambda key: bool(names_of(key))):
        best: dict[str, float] = {}
        for key, uptime in sweep.items():
            for name in names_of(key) if uptime is not None else ():
                best[name] = max(uptime or 0.0, best.get(name, 0.0))
        for name, uptime in best.items():
            found.setdefault(name, Readings()).read.append((at, uptime))
    for day, summaries in queries.days(since.date(), now.date()):
        for key, summary in summaries.items():
            for name in names_of(key):
                found.setdefault(name, Readings()).days.setdefault(day, []).append(summary)
    return found


def by_the_hour(known: Readings, now: datetime, hours: int) -> Mapping[datetime, Known]:
    """Return so many hours that are over and the one that goes on, oldest first."""
    last = hour_of(now)
    read = _means((hour_of(at), uptime) for at, uptime in known.read)
    slots = [last - HOUR * back for back in range(hours, -1, -1)]
    return {hour: _hour(read.get(hour), hour, known.days.get(hour.date(), ())) for hour in slots}


def by_the_day(known: Readings, now: datetime, days: int) -> Mapping[date, Known]:
    """Return so many days and today (UTC), oldest first."""
    read = _means((at.date(), uptime) for at, uptime in known.read)
    slots = [now.date() - DAY * back for back in range(days, -1, -1)]
    return {day: _day(read.get(day), known.days.get(day, ())) for day in slots}


def _means(read: Iterable[tuple[S, float]]) -> Mapping[S, float]:
    found: dict[S, list[float]] = {}
    for at, uptime in read:
        found.setdefault(at, []).append(uptime)
    return {at: fmean(uptimes) for at, uptimes in found.items()}


def _hour(read: float | None, hour: datetime, days: Sequence[Day]) -> Known:
    told = (day.hours[hour.hour] for day in days if len(day.hours) > hour.hour)
    return Known(read) if read is not None else _best(told)


def _day(read: float | None, days: Sequence[Day]) -> Known:
    measured = [day.uptime_mean for day in days if day.uptime_mean is not None]
    if read is None and measured:
        read = max(measured)
    return Known(read) if read is not None else _best(day.uptime for day in days)


def _best(told: Iterable[float | None]) -> Known:
    uptime = max((each for each in told if each is not None), default=None)
    return Known(uptime, recorded=uptime is not None)
