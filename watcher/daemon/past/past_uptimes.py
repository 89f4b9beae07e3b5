"""Past uptimes: what upstream recorded of an endpoint's days and hours, as the history keeps it.

Only days and hours that are over count: what is still going on, or is yet to come, is no record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from watcher.catalog.names import EndpointKey
from watcher.catalog.past import UptimePoint
from watcher.catalog.sheets import UptimesSheet
from watcher.catalog.telemetry import Day

Owners = Mapping[str, EndpointKey]
"""Which endpoint has which of the frontend's ids."""

Past = Mapping[date, Mapping[EndpointKey, Day]]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURS = 72
"""So far back upstream tells the hours (observed)."""

OLDEST = 31 * DAY
"""What it said of days before that would be no record of lately."""


def past_days(sheet: UptimesSheet, owners: Owners, now: datetime) -> Past:
    """Return the days of each endpoint that we know."""
    found: dict[date, dict[EndpointKey, Day]] = {}
    for key, points in _owned(sheet, owners):
        for at, uptime in points:
            if at.time() == time.min and now - OLDEST <= at <= now - DAY:
                found.setdefault(at.date(), {})[key] = Day(recorded=uptime)
    return found


def past_hours(sheet: UptimesSheet, owners: Owners, now: datetime) -> Past:
    """Return the hours of each endpoint that we know, day by day; None where upstream says nothing."""
    found: dict[date, dict[EndpointKey, Day]] = {}
    for key, points in _owned(sheet, owners):
        told = dict(points)
        for midnight, hours in _days_of_hours(now):
            told_of_it = tuple(told.get(midnight + HOUR * hour) for hour in range(hours))
            found.setdefault(midnight.date(), {})[key] = Day(hours=told_of_it)
    return found


def hour_of(moment: datetime) -> datetime:
    """Return when the hour of a moment began (UTC)."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _owned(sheet: UptimesSheet, owners: Owners) -> Iterator[tuple[EndpointKey, Sequence[UptimePoint]]]:
    """Yield what is told of each endpoint that we know."""
    for uuid, points in sheet.rows.items():
        key = owners.get(uuid)
        if key is not None:
            yield key, points


def _days_of_hours(now: datetime) -> Iterator[tuple[datetime, int]]:
    """Yield the days whose hours are asked for, and how many hours of each are over."""
    end = hour_of(now)
    midnight = (end - HOURS * HOUR).replace(hour=0)
    while midnight < end:
        yield midnight, min((end - midnight) // HOUR, 24)
        midnight += DAY
