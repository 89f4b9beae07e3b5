"""Courses: what a price was in the last days, from the history, so that a message can draw it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from watcher.alerts.alert import Alert
from watcher.alerts.groups import replace_context
from watcher.alerts.notification import Notification
from watcher.messages.sparkline import COURSE
from watcher.store.queries import Queries

SPAN = timedelta(days=30)
PRICE = "pricing."
LISTED = 20
"""No medium lists more alerts of one message."""


def with_courses(notification: Notification, queries: Queries, now: datetime) -> Notification:
    """Return a notification whose listed price alerts know the values of the last 30 days."""
    listed = tuple(_with_course(alert, queries, now) for alert in notification.alerts[:LISTED])
    return replace(notification, alerts=listed + notification.alerts[LISTED:])


def _with_course(alert: Alert, queries: Queries, now: datetime) -> Alert:
    if alert.is_level or not (alert.field or "").startswith(PRICE):
        return alert
    moves = [
        change
        for change in queries.history(alert.subject, since=now - SPAN, oldest_first=True)
        if change.subject == alert.subject and change.field == alert.field
    ]
    first = moves[0].old if moves else alert.old
    values = [first, *(move.new for move in moves)]
    # This poll's own change is not in the history yet.
    if values[-1] != alert.new:
        values.append(alert.new)
    return replace_context(alert, **{COURSE: values})
