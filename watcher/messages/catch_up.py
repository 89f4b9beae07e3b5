"""Catching up: many messages that a receiver missed, told as one, each by its headline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from watcher.alerts.alert import Alert
from watcher.alerts.notification import Notification
from watcher.messages.headline import headline
from watcher.messages.tell import tell

RULE = "catch-up"
EVENT = "catalog.missed"
LONGEST = 160


def caught_up(missed: Sequence[Notification]) -> Notification:
    """Return one notification for several of one receiver, in their order; the same ones give the same id."""
    newest = max(notification.at for notification in missed)
    return Notification(
        at=newest,
        receiver=missed[0].receiver,
        rule=RULE,
        severity=max(notification.severity for notification in missed),
        alerts=tuple(_missed(notification) for notification in missed),
    )


def is_catch_up(notification: Notification) -> bool:
    """Tell whether a notification stands for many."""
    return notification.alerts[0].event == EVENT


def catch_up_title(notification: Notification, zone: tzinfo) -> str:
    """Return ``42 messages while team-slack was away, 2026-07-01 to 2026-07-03``."""
    moments = [alert.at.astimezone(zone) for alert in notification.alerts]
    first, last = (f"{moment:%Y-%m-%d}" for moment in (min(moments), max(moments)))
    days = first if first == last else f"{first} to {last}"
    return f"{len(moments)} messages while {notification.receiver} was away, {days}"


def ids_of(alert: Alert) -> tuple[str, ...]:
    """Return the alerts that a line stands for: its own, or all of a missed message."""
    found = alert.context.get("ids") if alert.event == EVENT else None
    return tuple(str(name) for name in found) if isinstance(found, list | tuple) else (alert.id,)


def _missed(notification: Notification) -> Alert:
    alerts = notification.alerts
    said = headline(alerts, [tell(alert) for alert in alerts], LONGEST)
    return Alert(
        id=alerts[0].id,
        rule=notification.rule,
        severity=notification.severity,
        status=notification.status,
        event=EVENT,
        subject=notification.rule,
        at=notification.at,
        not_before=None,
        told_at=notification.at,
        context={"summary": said, "ids": [alert.id for alert in alerts]},
    )
