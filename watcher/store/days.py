"""Days: what is left of a day's readings, one summary of each endpoint, and what upstream recorded of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from statistics import fmean

from sqlalchemy import Connection, delete, select

from watcher.catalog.names import EndpointKey
from watcher.catalog.telemetry import Day, Telemetry
from watcher.store import readings
from watcher.store.schema import days, rosters
from watcher.store.seals import insert, is_sound

DIGITS = 3
"""Means are rounded to so many: no reading is more exact, and what is exact to the last bit packs badly."""


def summed(sweeps: Iterable[Mapping[EndpointKey, Telemetry]]) -> dict[EndpointKey, Day]:
    """Return the summary of every endpoint that was read in some sweep."""
    series: dict[EndpointKey, list[Telemetry]] = {}
    for sweep in sweeps:
        for key, reading in sweep.items():
            series.setdefault(key, []).append(reading)
    return {key: _day(listed) for key, listed in series.items()}


def together(kept: Day, found: Day) -> Day:
    """Return all that is known of one day; where both know, what is kept already stands."""
    own = kept if kept.is_measured else found
    hours = zip_longest(kept.hours, found.hours)
    return own._replace(
        recorded=found.recorded if kept.recorded is None else kept.recorded,
        hours=tuple(later if hour is None else hour for hour, later in hours),
    )


def remember(connection: Connection, catalog: int, day: str, found: Mapping[EndpointKey, Day]) -> int:
    """Add what was found of a day to what is kept of it; return of how many endpoints that is news."""
    known = (days.c.catalog == catalog) & (days.c.day == day)
    row = connection.execute(
        select(rosters.c.members, days.c.readings)
        .join_from(days, rosters, rosters.c.id == days.c.roster)
        .where(known, is_sound(days), is_sound(rosters))
    ).first()
    kept = {} if row is None else unpack_days(row.members, row.readings)
    fresh = {key: together(kept[key], day) if key in kept else day for key, day in found.items()}
    news = sum(kept.get(key) != day for key, day in fresh.items())
    if news:
        packed = readings.pack(kept | fresh)
        roster = readings.enrolled(connection, packed.keys)
        connection.execute(delete(days).where(known))
        whole = {"catalog": catalog, "day": day, "roster": roster, "readings": packed.readings}
        insert(connection, days, [whole])
    return news


def unpack_days(keys: bytes, packed: bytes) -> dict[EndpointKey, Day]:
    """Return a day's summaries by a stored roster."""
    found = readings.unpack(keys, packed, Day)
    return {key: day._replace(hours=tuple(day.hours)) for key, day in found.items()}


def _day(listed: Iterable[Telemetry]) -> Day:
    uptimes, latencies, throughputs = (
        [value for value in column if value is not None]
        for column in zip(*((each.uptime_30m, each.latency, each.throughput) for each in listed), strict=True)
    )
    return Day(
        readings=len(uptimes),
        uptime_min=min(uptimes, default=None),
        uptime_mean=_mean(uptimes),
        latency_mean=_mean(latencies),
        throughput_mean=_mean(throughputs),
    )


def _mean(values: list[float]) -> float | None:
    return round(fmean(values), DIGITS) if values else None
