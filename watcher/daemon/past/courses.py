"""Courses: what a price was in the last days, an uptime in the last hours, so that a message can draw it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.alerts.alert import Alert
from watcher.alerts.groups import replace_context
from watcher.alerts.notification import Notification
from watcher.daemon.past.past_uptimes import hour_of
from watcher.daemon.past.uptime_courses import Readings, by_the_hour, readings_of
from watcher.messages.amounts import number
from watcher.messages.sparkline import COURSE, UPTIMES
from watcher.store.queries import Queries

SPAN = timedelta(days=30)
PRICE = "pricing."
HOURS = 24
DRAWN = frozenset({"model.uptime", "endpoint.uptime"})
"""A provider's uptime is a share of its endpoints, which upstream records nowhere."""

LISTED = 20
"""No medium lists more alerts of one message."""


def with_courses(
    notifications: Sequence[Notification], queries: Queries, now: datetime
) -> Iterator[Notification]:
    """Yield notifications whose listed alerts know the prices of 30 days, and the uptimes of a day."""
    uptimes = _uptimes((alert for each in notifications for alert in each.alerts[:LISTED]), queries, now)
    for notification in notifications:
        drawn = tuple(
            _with_uptimes(alert, uptimes.get(alert.subject), now)
            if alert.is_level
            else _with_course(alert, queries, now)
            for alert in notification.alerts[:LISTED]
        )
        yield replace(notification, alerts=drawn + notification.alerts[LISTED:])


def _uptimes(alerts: Iterable[Alert], queries: Queries, now: datetime) -> Mapping[str, Readings]:
    """Return what is known of all whose uptime alerts are about; nothing is read where there are none."""
    subjects = {alert.subject for alert in alerts if alert.event in DRAWN}
    if not subjects:
        return {}
    return readings_of(
        queries,
        lambda key: subjects.intersection((key.model, key.label)),
        hour_of(now) - timedelta(hours=HOURS),
        now,
    )


def _with_uptimes(alert: Alert, known: Readings | None, now: datetime) -> Alert:
    """Return an alert that knows the hours, with its reading in its own: the history may not have it yet."""
    if known is None or alert.event not in DRAWN:
        return alert
    hours = {hour: each.uptime for hour, each in by_the_hour(known, now, HOURS).items()}
    own, told = number(alert.new), hour_of(alert.told_at)
    if own is not None and told in hours:
        hours[told] = float(own)
    drawn = [None if uptime is None else round(uptime, 1) for uptime in hours.values()]
    return replace_context(alert, **{UPTIMES: drawn})


def _with_course(alert: Alert, queries: Queries, now: datetime) -> Alert:
    if not (alert.field or "").startswith(PRICE):
        return alert
    moves = [
        change
        for change in queries.history(alert.subject, since=now - SPAN, oldest_first=True)
        if change.subject == alert.subject and change.field == alert.field
    ]
    first = moves[0].old if moves else alert.old
    values = [first, *(move.new for move in moves)]
    # This poll's own change is not in the history yet; one that was held is, and perhaps a later one.
    if (alert.told_at == now or not moves) and values[-1] != alert.new:
        values.append(alert.new)
    return replace_context(alert, **{COURSE: values})
