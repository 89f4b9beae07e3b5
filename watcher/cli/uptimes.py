"""Uptimes: how well a model or an endpoint did lately, by the hour and by the day, as lines of blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fnmatch import fnmatchcase
from statistics import fmean
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from watcher.alerts.wire import stamp
from watcher.catalog.names import EndpointKey
from watcher.catalog.telemetry import Day
from watcher.cli.report import count
from watcher.daemon.past_uptimes import DAY, HOUR, HOURS, hour_of
from watcher.messages.amounts import reading
from watcher.messages.spans import moment
from watcher.messages.sparkline import gauge
from watcher.store.queries import Queries

DAYS = 14
FEWEST_DAYS = 4
"""Fewer days are all in the hours."""

MOST = 20
"""Subjects that are drawn; globs may match hundreds."""

OF_AN_ENDPOINT = "@"


class Known(NamedTuple):
    """The uptime (percent) of a span of time, None: unknown; and whether only upstream's record tells it."""

    uptime: float | None
    recorded: bool = False


S = TypeVar("S", date, datetime)


@dataclass(slots=True)
class Readings:
    """What is known of one subject: our readings, and the days of its endpoints as they are kept."""

    read: list[tuple[datetime, float]] = field(default_factory=list)
    days: dict[date, list[Day]] = field(default_factory=dict)


def uptimes_of(queries: Queries, subject: str, now: datetime, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """Yield the uptimes of all that a glob names as entries: endpoints where it has an ``@``, else models.

    A model's uptime is that of its best known endpoint. What we read ourselves goes before what upstream
    recorded; a reading is of 30 minutes, so an hour or a day is the mean of those that were made in it.
    ``said`` are the lines of an entry.
    """
    found = _gathered(queries, subject, now)
    for name in sorted(found)[:MOST]:
        known = found[name]
        hours, days = _since_known(by_the_hour(known, now)), _since_known(by_the_day(known, now))
        if hours:
            first = next(iter(hours))
            yield _entry(name, "hour", stamp(first), moment(first, zone), tuple(hours.values()))
        if len(days) >= FEWEST_DAYS:
            day = next(iter(days)).isoformat()
            yield _entry(name, "day", day, f"{day} (UTC)", tuple(days.values()))
    if len(found) > MOST:
        more = len(found) - MOST
        said = [f"Uptimes of {count(more, 'more subject')} are known: ask for fewer."]
        yield {"type": "uptime_more", "subjects": more, "said": said}


def by_the_hour(known: Readings, now: datetime) -> Mapping[datetime, Known]:
    """Return the last 72 hours that are over and the one that goes on, oldest first."""
    last = hour_of(now)
    read = _means((hour_of(at), uptime) for at, uptime in known.read)
    hours = [last - HOUR * back for back in range(HOURS, -1, -1)]
    return {hour: _hour(read.get(hour), hour, known.days.get(hour.date(), ())) for hour in hours}


def by_the_day(known: Readings, now: datetime) -> Mapping[date, Known]:
    """Return the last 14 days and today (UTC), oldest first."""
    read = _means((at.date(), uptime) for at, uptime in known.read)
    days = [now.date() - DAY * back for back in range(DAYS, -1, -1)]
    return {day: _day(read.get(day), known.days.get(day, ())) for day in days}


def _gathered(queries: Queries, subject: str, now: datetime) -> Mapping[str, Readings]:
    def name_of(key: EndpointKey) -> str | None:
        name = key.label if OF_AN_ENDPOINT in subject else key.model
        return name if fnmatchcase(name, subject) else None

    found: dict[str, Readings] = {}
    since = datetime.combine(now.date(), time.min, UTC) - DAYS * DAY
    for at, sweep in queries.uptimes(since, now, lambda key: name_of(key) is not None):
        best: dict[str, float] = {}
        for key, uptime in sweep.items():
            name = name_of(key)
            if name is not None and uptime is not None:
                best[name] = max(uptime, best.get(name, uptime))
        for name, uptime in best.items():
            found.setdefault(name, Readings()).read.append((at, uptime))
    for day, summaries in queries.days(since.date(), now.date()):
        for key, summary in summaries.items():
            name = name_of(key)
            if name is not None:
                found.setdefault(name, Readings()).days.setdefault(day, []).append(summary)
    return found


def _entry(name: str, by: str, since: str, begins: str, course: Sequence[Known]) -> dict[str, Any]:
    uptimes = [each.uptime for each in course]
    return {
        "type": "uptime",
        "subject": name,
        "by": by,
        "since": since,
        "uptimes": uptimes,
        "recorded": [each.recorded for each in course],
        "said": [
            f"Uptime of {name} by the {by}, since {begins}:",
            f"  {gauge(uptimes)}",
            f"  {_in_words(course, by)}",
        ],
    }


def _in_words(course: Sequence[Known], by: str) -> str:
    """Return ``12.5 % to 100 %, last 99.4 %; 60 of 72 hours by upstream's record``."""
    known = [each.uptime for each in course if each.uptime is not None]
    low, high, last = (f"{reading(value)} %" for value in (min(known), max(known), known[-1]))
    span = f"always {low}" if low == high else f"{low} to {high}, last {last}"
    recorded = sum(each.recorded for each in course)
    told = f"; {recorded} of {count(len(course), by)} by upstream's record" if recorded else ""
    return span + told


def _since_known(course: Mapping[S, Known]) -> Mapping[S, Known]:
    """Return a course from the first time on of which anything is known."""
    known = [at for at, each in course.items() if each.uptime is not None]
    return {at: each for at, each in course.items() if known and at >= known[0]}


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
