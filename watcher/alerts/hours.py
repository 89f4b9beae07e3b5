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

    A local time that a change of clocks skips counts as if they had not changed yet: 02:30 is 03:30.
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
    today = moment.astimezone(zone).date()
    days = (today + DAY * ahead for ahead in range(WEEK + 2))
    wanted = (day for day in days if digest.weekday in (None, day.weekday()))
    return next(at for day in wanted if (at := at_local(day, digest.at, zone)) >= moment)


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return a local clock time of a day as UTC."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
