"""News of the catalog itself: a fact that appeared or was lost, an answer that was refused, blindness.

Silence must mean that nothing happened, never that we are blind.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.catalog.names import Kind, Surface
from watcher.catalog.policy import POLICY_FIELDS
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.decision import Refusal
from watcher.judgement.facts import (
    Facts,
    facts_of_endpoint,
    facts_of_model,
    facts_of_policy,
    facts_of_provider,
)
from watcher.judgement.schema import SchemaChange
from watcher.judgement.state import UNREAD_SURFACE, State, SurfaceHealth
from watcher.judgement.taken import Moment
from watcher.rules.events import ENDPOINT_FIELDS, MODEL_FIELDS, PROVIDER_FIELDS
from watcher.rules.needs import needs_fact, needs_reading
from watcher.rules.patience import is_met
from watcher.rules.rule import Rule
from watcher.rules.watch import FREE

FEWEST_ROWS = 5
"""With fewer rows than this a fact that none of them carries proves nothing."""
MODEL_FACTS = (FREE, "expires", *MODEL_FIELDS)
ENDPOINT_FACTS = tuple(name for name in ENDPOINT_FIELDS if name not in ("disabled", "service_tier"))
"""What rows carry as a rule; ``disabled`` and ``service_tier`` are carried by exceptions only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing about a surface; ``subject`` is the surface, or the kind whose schema changed."""

    event: str
    subject: str
    field: str | None
    at: datetime
    not_before: datetime | None
    context: Mapping[str, object] = dataclasses.field(default_factory=dict)


def carried(state: State, surface: Surface) -> frozenset[str] | None:
    """Return the facts that at least one row of a surface carries; None when too few rows would tell."""
    match surface:
        case Surface.MODELS if len(state.models) >= FEWEST_ROWS:
            models = (tracked.record for tracked in state.models.values() if not tracked.gone)
            return _shown(map(facts_of_model, models), MODEL_FACTS)
        case Surface.ENDPOINTS if len(state.telemetry) >= FEWEST_ROWS:
            offers = (tracked for known in state.endpoints.values() for tracked in known.values())
            listed = [tracked.record for tracked in offers if not tracked.gone]
            meters = {f"pricing.{meter}" for endpoint in listed for meter in endpoint.tariff.meters}
            read = _shown((reading._asdict() for reading in state.telemetry.values()), Telemetry._fields)
            return read | meters | _shown(map(facts_of_endpoint, listed), ENDPOINT_FACTS)
        case Surface.PROVIDERS | Surface.FRONTEND if len(state.policies) >= FEWEST_ROWS:
            policies = (tracked.record for tracked in state.policies.values())
            providers = (tracked.record for tracked in state.providers.values() if not tracked.gone)
            rows = _shown(map(facts_of_provider, providers), PROVIDER_FIELDS)
            return _shown(map(facts_of_policy, policies), POLICY_FIELDS) | rows
        case _:
            return None


def _shown(rows: Iterable[Facts], names: Collection[str]) -> frozenset[str]:
    """Return which of some facts at least one row carries; it stops reading when it has seen them all."""
    missing = set(names)
    for row in rows:
        missing -= {name for name in missing if row.get(name) is not None}
        if not missing:
            break
    return frozenset(names) - missing


def with_carried(state: State, surface: Surface, before: State, moment: Moment) -> State:
    """Return the state with what a surface carries now, what fades and what is lost.

    The absence of a fact is confirmed by time, like any other.
    """
    now = carried(state, surface)
    if now is None:
        return state
    health = state.surfaces.get(surface, UNREAD_SURFACE)
    was = before.surfaces.get(surface, UNREAD_SURFACE)
    absent = {name: was.fading.get(name, moment.at) for name in (was.carried | was.fading.keys()) - now}
    gone = {name for name, since in absent.items() if is_met(moment.at - since, moment.confirm_after)}
    fading = {name: since for name, since in absent.items() if name not in gone}
    lost = (was.lost | gone) - now
    if (health.carried, health.fading, health.lost) == (now, fading, lost):
        return state
    told = replace(health, carried=now, fading=fading, lost=frozenset(lost))
    return replace(state, surfaces={**state.surfaces, surface: told})


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
                    context={"facts": needed, "reason": f"{surface} {_carry(event)} {', '.join(needed)}"},
                )
    known = {
        name for health in (*before.surfaces.values(), *after.surfaces.values()) for name in _away(health)
    }
    yield from (_schema_news(change) for change in changes if change.field not in known)
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


def _carry(event: str) -> str:
    return "no longer carry" if event == "catalog.surface_lost" else "carry again:"


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
        model=None,
        provider=None,
        endpoint=None,
        field=item.field,
        old=None,
        new=None,
        percent=None,
        at=item.at,
        not_before=item.not_before,
        told_at=now,
        context=item.context,
        reasons=(str(item.context.get("reason", "")),),
    )
