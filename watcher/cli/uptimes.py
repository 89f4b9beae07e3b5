"""Uptimes: how well a model or an endpoint did lately, by the hour and by the day, as lines of blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from fnmatch import fnmatchcase
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from watcher.alerts.wire import stamp
from watcher.catalog.names import EndpointKey
from watcher.cli.report import count
from watcher.daemon.past.past_uptimes import DAY, HOURS
from watcher.daemon.past.uptime_courses import Known, by_the_day, by_the_hour, readings_of
from watcher.messages.amounts import reading
from watcher.messages.spans import moment
from watcher.messages.sparkline import gauge
from watcher.store.queries import Queries

DAYS = 14
FEWEST = 2
"""One hour or one day is no course."""

MOST = 20
"""Subjects that are drawn; globs may match hundreds."""

OF_AN_ENDPOINT = "@"


S = TypeVar("S", date, datetime)


def uptimes_of(queries: Queries, subject: str, now: datetime, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """Yield the uptimes of all that a glob names as entries: endpoints where it has an ``@``, else models.

    ``said`` are the lines of an entry.
    """

    def names_of(key: EndpointKey) -> tuple[str, ...]:
        name = key.label if OF_AN_ENDPOINT in subject else key.model
        return (name,) if fnmatchcase(name, subject) else ()

    found = readings_of(queries, names_of, datetime.combine(now.date() - DAYS * DAY, time.min, UTC), now)
    for name in sorted(found)[:MOST]:
        known = found[name]
        hours, days = _since_known(by_the_hour(known, now, HOURS)), _since_known(by_the_day(known, now, DAYS))
        if len(hours) >= FEWEST:
            first = next(iter(hours))
            yield _entry(name, "hour", stamp(first), moment(first, zone), tuple(hours.values()))
        day = next(iter(days), None)
        if day is not None and len(days) >= FEWEST and all(day < hour.date() for hour in hours):
            yield _entry(name, "day", day.isoformat(), f"{day} (UTC)", tuple(days.values()))
    if len(found) > MOST:
        more = len(found) - MOST
        said = [f"Uptimes of {count(more, 'more subject')} are known: ask for fewer."]
        yield {"type": "uptime_more", "subjects": more, "said": said}


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
