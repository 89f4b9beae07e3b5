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
from watcher.judgement.facts import Facts, facts_of_endpoint, facts_of_model, facts_of_policy
from watcher.judgement.schema import SchemaChange
from watcher.judgement.state import UNREAD_SURFACE, State
from watcher.rules.needs import needs_fact, needs_reading
from watcher.rules.rule import Rule

FEWEST_ROWS = 5
"""With fewer rows than this a fact that none of them carries proves nothing."""
WATCHED_OF_MODELS = (
    "free",
    "context_length",
    "supported_parameters",
    "input_modalities",
    "output_modalities",
)
WATCHED_OF_ENDPOINTS = ("pricing.prompt", "pricing.completion", "quantization", "context_length")


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
            return _shown(map(facts_of_model, models), WATCHED_OF_MODELS)
        case Surface.ENDPOINTS if len(state.telemetry) >= FEWEST_ROWS:
            offers = (tracked for known in state.endpoints.values() for tracked in known.values())
            listed = (tracked.record for tracked in offers if not tracked.gone)
            read = _shown((reading._asdict() for reading in state.telemetry.values()), Telemetry._fields)
            return read | _shown(map(facts_of_endpoint, listed), WATCHED_OF_ENDPOINTS)
        case Surface.PROVIDERS | Surface.FRONTEND if len(state.policies) >= FEWEST_ROWS:
            policies = (tracked.record for tracked in state.policies.values())
            return _shown(map(facts_of_policy, policies), POLICY_FIELDS)
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


def with_carried(state: State, surface: Surface, before: State) -> State:
    """Return the state with what a surface carries now, and what it carried once and carries no more."""
    now = carried(state, surface)
    if now is None:
        return state
    health = state.surfaces.get(surface, UNREAD_SURFACE)
    was = before.surfaces.get(surface, UNREAD_SURFACE)
    lost = (was.carried | was.lost) - now
    if health.carried == now and health.lost == lost:
        return state
    return replace(state, surfaces={**state.surfaces, surface: replace(health, carried=now, lost=lost)})


def news_of(
    before: State,
    after: State,
    rules: Iterable[Rule],
    changes: Iterable[SchemaChange],
    refusals: Iterable[Refusal],
    now: datetime,
) -> Iterator[News]:
    """Yield what is to be told about the catalog itself."""
    rules = tuple(rules)
    for surface, health in after.surfaces.items():
        was = before.surfaces.get(surface, UNREAD_SURFACE)
        if health is was:
            continue
        for event, facts in (
            ("catalog.surface_lost", health.lost - was.lost),
            ("catalog.surface_back", was.lost & health.carried),
        ):
            needed = sorted(name for name in facts if _is_needed(rules, surface, name))
            if needed:
                yield News(
                    event=event,
                    subject=surface,
                    field=None,
                    at=now,
                    not_before=was.believed_at,
                    context={"facts": needed, "reason": f"{surface} {_carry(event)} {', '.join(needed)}"},
                )
    lost = {name for health in after.surfaces.values() for name in health.lost}
    yield from (_schema_news(change) for change in changes if change.field not in lost)
    for refusal in refusals:
        yield News(
            event="catalog.refused",
            subject=refusal.surface,
            field=None,
            at=refusal.at,
            not_before=None,
            context={"reason": refusal.reason},
        )


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
        subject=change.kind,
        field=change.field,
        at=change.at,
        not_before=change.not_before,
        context={
            "reason": f"{change.field} {change.drift.value} on {change.rows} of {change.size} {change.kind}s at once",
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
