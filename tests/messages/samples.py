"""Sample alerts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.alerts.notification import Notification
from watcher.alerts.severity import Severity
from watcher.messages.plain import plain

AT = datetime(2026, 7, 6, 16, 19, 42, tzinfo=UTC)


def alert(event: str, subject: str, *, percent: str | None = None, **more: Any) -> Alert:
    """Return one alert seen at AT, with five minutes since the poll before."""
    values: dict[str, Any] = {
        "rule": "a-rule",
        "severity": Severity.INFO,
        "status": Status.FIRING,
        "model": subject if event.startswith("model.") else None,
        "provider": subject if event.startswith("provider.") else None,
        "endpoint": None,
        "field": None,
        "old": None,
        "new": None,
        "at": AT,
        "not_before": AT - timedelta(minutes=5),
        "told_at": AT,
    } | more
    return Alert(
        id=alert_id("a-rule", subject, values["field"], AT),
        event=event,
        subject=subject,
        percent=None if percent is None else Decimal(percent),
        **values,
    )


def told(*alerts: Alert, severity: Severity = Severity.INFO) -> Notification:
    """Return the notification of some alerts."""
    return Notification(at=AT, receiver="team", rule="a-rule", severity=severity, alerts=alerts)


RISE = alert(
    "endpoint.price_changed",
    "deepseek/deepseek-v4-pro @ baidu/fp8",
    model="deepseek/deepseek-v4-pro",
    endpoint="baidu/fp8",
    provider="baidu",
    field="pricing.completion",
    old="0.00000087",
    new="0.00000109",
    percent="25.287",
    context={
        "provider_name": "Baidu",
        "cheapest": "0.00000095",
        "cheapest_provider": "Novita",
        "was_cheapest_provider": "Baidu",
    },
)
M = "deepseek/deepseek-v4-pro"
"""The model whose prices move."""

FREE = alert("model.added", "tencent/hy3:free", field="free", old=None, new=True)
DOWN = alert(
    "model.uptime",
    "anthropic/claude-x",
    is_level=True,
    new=43.0,
    context={"below": 90, "for_seconds": 1800},
)
BACK = alert(
    "model.uptime",
    "anthropic/claude-x",
    is_level=True,
    status=Status.RESOLVED,
    new=99.2,
    context={"below": 90, "lasted_seconds": 4200},
)
RETAINS = alert(
    "provider.policy_changed",
    "atlas-cloud",
    field="retains_prompts",
    old=False,
    new=True,
    not_before=AT - timedelta(hours=3),
    context={"provider_name": "AtlasCloud", "also": [f"acme/m{n} @ atlas-cloud" for n in range(31)]},
)


def batches(count: int) -> tuple[Alert, ...]:
    """Return models that came together."""
    return tuple(alert("model.added", f"{'openai' if n % 2 else 'google'}/m-{n}:batch") for n in range(count))


def price(old: str | None, new: str | None, percent: str | None = None, **more: Any) -> Alert:
    """Return an alert about a price of ``M``, USD per token."""
    values = {"field": "pricing.completion", "old": old, "new": new} | more
    return alert("model.price_changed", M, percent=percent, **values)


def policy(field: str, old: object, new: object, **more: Any) -> Alert:
    """Return an alert about a data policy of open-inference."""
    return alert("provider.policy_changed", "open-inference", field=field, old=old, new=new, **more)


def title(*alerts: Alert) -> str:
    """Return the title that a phone shows of these alerts."""
    return plain(told(*alerts), UTC).title
