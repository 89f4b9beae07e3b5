"""Hours: when a receiver wants to be disturbed, in its own time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watcher.alerts.receiver import Digest, QuietHours
from watcher.alerts.severity import Severity

DAY = timedelta(days=1)
WEEK = 7


def end_of_quiet(moment: datetime, quiet: QuietHours | None, severity: Severity, zone: ZoneInfo) -> datetime:
    """Return the moment itself, or the end of the quiet hours it lies in (UTC).

    A local time that a change of clocks skips counts as the moment the clocks moved to.
    """
    if quiet is None or (quiet.exempt is not None and severity >= quiet.exempt):
        return moment
    local = moment.astimezone(zone)
    for day in (local.date() - DAY, local.date()):
        start = at_local(day, quiet.start, zone)
        last_day = day if quiet.end > quiet.start else day + DAY
        end = at_local(last_day, quiet.end, zone)
        if start <= moment < end:
            return end
    return moment


def next_digest(moment: datetime, digest: Digest | None, severity: Severity, zone: ZoneInfo) -> datetime:
    """Return the moment itself where no digest holds it, else the first digest at or after it (UTC)."""
    if digest is None or (digest.exempt is not None and severity >= digest.exempt):
        return moment
    day = moment.astimezone(zone).date()
    for ahead in range(WEEK + 2):
        candidate = day + DAY * ahead
        if digest.weekday is not None and candidate.weekday() != digest.weekday:
            continue
        at = at_local(candidate, digest.at, zone)
        if at >= moment:
            return at
    raise AssertionError("a digest comes at least once in nine days")


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return a local clock time of a day as UTC."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
