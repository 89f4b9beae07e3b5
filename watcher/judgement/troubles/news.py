"""News of the catalog itself: a fact that appeared or was lost, an answer that was refused, blindness.

Silence must mean that nothing happened, never that we are blind.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.catalog.names import Kind, Surface
from watcher.judgement.belief.schema import SchemaChange
from watcher.judgement.decision import Refusal
from watcher.judgement.intake.documents import breaks_announced
from watcher.judgement.state import UNREAD_SURFACE, State, SurfaceHealth
from watcher.rules.needs import needs_fact, needs_reading
from watcher.rules.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing about a surface; ``subject`` is the surface, or the kind whose schema changed."""

    event: str
    subject: str
    field: str | None
    at: datetime
    not_before: datetime | None
    context: Mapping[str, object] = dataclasses.field(default_factory=dict)


def news_of(
    before: State,
    after: State,
    rules: Iterable[Rule],
    changes: Iterable[SchemaChange],
    refusals: Iterable[Refusal],
    *,
    now: datetime,
) -> Iterator[News]:
    """Yield what is to be told about the catalog itself."""
    rules = tuple(rules)
    for surface, health in after.surfaces.items():
        was = before.surfaces.get(surface, UNREAD_SURFACE)
        if health is was:
            continue
        lost, back = health.lost - was.lost, was.lost & health.carried
        since = min((was.fading[name] for name in lost if name in was.fading), default=now)
        for event, facts, at in (
            ("catalog.surface_lost", lost, since),
            ("catalog.surface_back", back, now),
        ):
            needed = sorted(name for name in facts if _is_needed(rules, surface, name))
            if needed:
                yield News(
                    event=event,
                    subject=str(surface),
                    field=None,
                    at=at,
                    not_before=None if at < now else was.believed_at,
                    context={"facts": needed, "reason": _carry(event, surface, needed)},
                )
    known = {
        name for health in (*before.surfaces.values(), *after.surfaces.values()) for name in _away(health)
    }
    yield from (_schema_news(change) for change in changes if change.field not in known)
    for entry in breaks_announced(before, after):
        yield News(
            event="catalog.schema_changed",
            subject=str(Surface.SCHEMA),
            field=entry,
            at=now,
            not_before=before.surfaces.get(Surface.SCHEMA, UNREAD_SURFACE).believed_at,
            context={"reason": f"announced in the API's changelog: {entry}"},
        )
    for refusal in refusals:
        yield News(
            event="catalog.refused",
            subject=str(refusal.surface),
            field=None,
            at=refusal.at,
            not_before=None,
            context={"reason": refusal.reason},
        )


def _away(health: SurfaceHealth) -> Iterator[str]:
    """Yield the facts that fade or are lost: told as lost or back, or not at all when it was a blink."""
    yield from health.fading
    yield from health.lost


def _carry(event: str, surface: Surface, facts: Iterable[str]) -> str:
    names = ", ".join(facts)
    return (
        f"{names} no longer in {surface}"
        if event == "catalog.surface_lost"
        else f"{names} in {surface} again"
    )


def _is_needed(rules: tuple[Rule, ...], surface: Surface, name: str) -> bool:
    kinds = {Surface.MODELS: (Kind.MODEL,), Surface.ENDPOINTS: (Kind.ENDPOINT, Kind.MODEL)}
    return needs_reading(rules, name) or any(
        needs_fact(rules, kind, name) for kind in kinds.get(surface, (Kind.PROVIDER,))
    )


def _schema_news(change: SchemaChange) -> News:
    return News(
        event="catalog.schema_changed",
        subject=str(change.kind),
        field=change.field,
        at=change.at,
        not_before=change.not_before,
        context={
            "reason": f"{change.field} {change.drift.value} on {change.rows} of {change.size} {change.kind}s"
            " at once",
            "rows": change.rows,
        },
    )


def alerts_of(news: Iterable[News], rules: Iterable[Rule], now: datetime) -> tuple[Alert, ...]:
    """Return the alerts that rules about the catalog make of the news.

    ``catalog-trouble`` tells of a refused answer only when refusals last (see ``blindness``).
    """
    news = tuple(news)
    return tuple(_alert(rule, item, now) for rule in rules for item in news if _tells(rule, item))


def _tells(rule: Rule, item: News) -> bool:
    if rule.trouble_after is not None:
        return item.event != "catalog.refused"
    return any(watch.kind is Kind.CATALOG and watch.event == item.event for watch in rule.watches)


def _alert(rule: Rule, item: News, now: datetime) -> Alert:
    return Alert(
        id=alert_id(rule.name, item.subject, item.field, item.at),
        rule=rule.name,
        severity=rule.severity,
        status=Status.FIRING,
        event=item.event,
        subject=item.subject,
        field=item.field,
        at=item.at,
        not_before=item.not_before,
        told_at=now,
        context=item.context,
        reasons=(str(item.context.get("reason", "")),),
    )
