"""Trials: a sample sent past the outbox, so that somebody can see whether a receiver works."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Attempt
from watcher.alerts.severity import Severity
from watcher.delivery.advice import advice
from watcher.delivery.attempts import conclude, try_once
from watcher.delivery.pace import Pace
from watcher.delivery.quiet import mute_libraries
from watcher.delivery.transport import Transport

RULE = "test-notify"
MODEL = "example/sample-model"


def sample(receiver: str, now: datetime) -> Notification:
    """Return a made-up price alert for a receiver; its model does not exist."""
    alert = Alert(
        id=alert_id(RULE, MODEL, "pricing.completion", now),
        rule=RULE,
        severity=Severity.INFO,
        status=Status.FIRING,
        event="model.price_changed",
        subject=MODEL,
        model=MODEL,
        field="pricing.completion",
        old="0.000002",
        new="0.0000015",
        percent=Decimal(-25),
        at=now,
        not_before=now - timedelta(minutes=5),
        told_at=now,
        reasons=("a sample, sent by watcher test-notify",),
    )
    return Notification(at=now, receiver=receiver, rule=RULE, severity=Severity.INFO, alerts=(alert,))


class Trial(NamedTuple):
    """One try, and what to do about it where it failed (empty where there is nothing to say)."""

    attempt: Attempt
    advice: str


def try_out(transport: Transport, notification: Notification, pace: Pace) -> Trial:
    """Send a notification once, now, and return what happened; nothing is stored and nothing repeated."""
    mute_libraries()
    started_at = pace.wall()
    evidence = try_once(transport, notification, repeat=False, deadline=pace.deadline)
    attempt = conclude(evidence, started_at=started_at, ended_at=pace.wall(), failures=1, random=pace.random)
    return Trial(attempt, advice(evidence))
