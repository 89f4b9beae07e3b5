"""Small real values that the store's tests share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from watcher.alerts.alert import Alert, Status
from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Attempt, Outcome, RowState
from watcher.alerts.severity import Severity
from watcher.catalog.names import EndpointKey, Kind, ModelId, ProviderSlug, Surface
from watcher.catalog.provider import Provider
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.decision import Change
from watcher.judgement.state import State, SurfaceHealth, Tracked

OPENROUTER = "https://openrouter.ai"
NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIREWORKS = EndpointKey(ModelId("deepseek/deepseek-chat"), "fireworks/fp8", 0)


def provider(slug: str = "fireworks", **facts: str | None) -> Tracked[Provider]:
    """Return a believed provider."""
    record = Provider(
        slug=ProviderSlug(slug),
        name=slug.title(),
        privacy_policy_url=facts.get("privacy"),
        terms_of_service_url=None,
        status_page_url=None,
        headquarters="US",
        datacenters=frozenset({"US", "DE"}),
    )
    return Tracked(uid=slug, record=record, first_seen=NOON, since=NOON)


def state_with(*slugs: str) -> State:
    """Return a state that knows some providers, one reading and one surface."""
    return State(
        providers={ProviderSlug(slug): provider(slug) for slug in slugs},
        telemetry={FIREWORKS: Telemetry(uptime_30m=99.5, latency=412.0)},
        surfaces={Surface.PROVIDERS: SurfaceHealth(believed_at=NOON, attempted_at=NOON)},
        rules=frozenset({"price-change"}),
    )


def change(subject: str = "deepseek/deepseek-chat", at: datetime = NOON, **facts: str | None) -> Change:
    """Return a price that doubled."""
    return Change(
        at=at,
        not_before=at - MINUTE,
        kind=Kind.MODEL,
        event=facts.get("event") or "model.price_changed",
        subject=subject,
        uid=subject,
        model=facts.get("model", subject),
        provider=facts.get("provider"),
        endpoint=None,
        field="pricing.prompt",
        old="0.000001",
        new="0.000002",
    )


def alert(identity: str = "0123456789abcdef", at: datetime = NOON, *, is_level: bool = False) -> Alert:
    """Return the alert of a price that doubled."""
    return Alert(
        id=identity,
        rule="price-change",
        severity=Severity.INFO,
        status=Status.FIRING,
        event="model.price_changed",
        subject="deepseek/deepseek-chat",
        model="deepseek/deepseek-chat",
        provider=None,
        endpoint=None,
        field="pricing.prompt",
        old="0.000001",
        new="0.000002",
        percent=Decimal(100),
        at=at,
        not_before=at - MINUTE,
        told_at=at,
        context={"cheapest": "fireworks"},
        reasons=("100 % is at least 10 %",),
        is_level=is_level,
    )


def notification(identity: str = "0123456789abcdef", receiver: str = "team-slack") -> Notification:
    """Return a message with one alert."""
    return Notification(
        at=NOON, receiver=receiver, rule="price-change", severity=Severity.INFO, alerts=(alert(identity),)
    )


def attempt(
    state: RowState = RowState.DELIVERED,
    outcome: Outcome = Outcome.DELIVERED,
    *,
    at: datetime = NOON,
    next_at: datetime | None = None,
) -> Attempt:
    """Return a try that took no time."""
    return Attempt(started_at=at, ended_at=at, outcome=outcome, detail="200 ok", state=state, next_at=next_at)
