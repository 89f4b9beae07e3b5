"""The JSON form of a notification: what ``backtest --json`` prints, webhooks post and the outbox stores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from watcher.alerts.alert import Alert, Status
from watcher.alerts.notification import Notification
from watcher.alerts.severity import Severity


@lru_cache(maxsize=64)
def stamp(moment: datetime) -> str:
    """Return a UTC time as ``2026-07-06T16:19:42Z``, with its fraction only where it has one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """Return the aware UTC time of a stamp."""
    return datetime.fromisoformat(text).astimezone(UTC)


def alert_to_json(alert: Alert) -> dict[str, Any]:
    """Return an alert as JSON values; ``percent`` becomes a number."""
    return {
        "id": alert.id,
        "event": alert.event,
        "subject": alert.subject,
        "model": alert.model,
        "provider": alert.provider,
        "endpoint": alert.endpoint,
        "field": alert.field,
        "old": alert.old,
        "new": alert.new,
        "percent": None if alert.percent is None else float(alert.percent),
        "at": stamp(alert.at),
        "not_before": None if alert.not_before is None else stamp(alert.not_before),
        "status": str(alert.status),
        "rule": alert.rule,
        "severity": alert.severity.label,
        "told_at": stamp(alert.told_at),
        "context": dict(alert.context),
        "reasons": list(alert.reasons),
        "is_level": alert.is_level,
    }


def alert_from_json(row: Mapping[str, Any]) -> Alert:
    """Return the alert that ``alert_to_json`` wrote."""
    return Alert(
        id=row["id"],
        rule=row["rule"],
        severity=Severity[row["severity"].upper()],
        status=Status(row["status"]),
        event=row["event"],
        subject=row["subject"],
        model=row["model"],
        provider=row["provider"],
        endpoint=row["endpoint"],
        field=row["field"],
        old=row["old"],
        new=row["new"],
        percent=None if row["percent"] is None else Decimal(str(row["percent"])),
        at=moment(row["at"]),
        not_before=None if row["not_before"] is None else moment(row["not_before"]),
        told_at=moment(row["told_at"]),
        context=row["context"],
        reasons=tuple(row["reasons"]),
        is_level=row["is_level"],
    )


def notification_to_json(notification: Notification) -> dict[str, Any]:
    """Return a notification as JSON values, without its words (``title`` and ``body`` are the caller's)."""
    return {
        "type": "notification",
        "id": notification.id,
        "at": stamp(notification.at),
        "receiver": notification.receiver,
        "rule": notification.rule,
        "severity": notification.severity.label,
        "status": str(notification.status),
        "alerts": [alert_to_json(alert) for alert in notification.alerts],
    }


def notification_from_json(row: Mapping[str, Any]) -> Notification:
    """Return the notification that ``notification_to_json`` wrote."""
    return Notification(
        at=moment(row["at"]),
        receiver=row["receiver"],
        rule=row["rule"],
        severity=Severity[row["severity"].upper()],
        alerts=tuple(alert_from_json(alert) for alert in row["alerts"]),
    )
