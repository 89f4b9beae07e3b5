"""Sample notifications."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.alerts.notification import Notification
from watcher.alerts.severity import Severity

AT = datetime(2026, 7, 6, 16, 19, 42, tzinfo=UTC)


def notification(number: int = 0, *, receiver: str = "team", model: str | None = None) -> Notification:
    """Return one new model; numbers tell notifications apart."""
    subject = model or f"acme/model-{number}"
    alert = Alert(
        id=alert_id("model-added", subject, None, AT),
        rule="model-added",
        severity=Severity.INFO,
        status=Status.FIRING,
        event="model.added",
        subject=subject,
        model=subject,
        at=AT,
        not_before=None,
        told_at=AT,
    )
    return Notification(at=AT, receiver=receiver, rule="model-added", severity=Severity.INFO, alerts=(alert,))
