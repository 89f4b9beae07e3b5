"""Telling: the alert that a telling becomes, with what its words will need."""

from __future__ import annotations

from datetime import datetime

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.alerts.severity import Severity
from watcher.catalog.model import Model
from watcher.catalog.names import Kind
from watcher.catalog.policy import POLICY_FIELDS, is_worse
from watcher.judgement.edges.cases import Telling
from watcher.judgement.edges.clauses import percent_of
from watcher.judgement.edges.page_context import page_context
from watcher.judgement.edges.policy_context import policy_context, source_of
from watcher.judgement.edges.spells import spell
from watcher.judgement.knowledge.cheapest import cheapest, offered_in, offerer
from watcher.judgement.knowledge.facts import facts_of_model, json_value
from watcher.judgement.knowledge.moves import event_of
from watcher.judgement.knowledge.subjects import Slugs, name_of_provider
from watcher.judgement.state import State
from watcher.rules.watch import ABSENT, FREE, LISTED, MEMBERSHIP, shown_field


def alert_of(telling: Telling, before: State, after: State, slugs: Slugs, now: datetime) -> Alert:
    """Return the alert a telling is."""
    subject, field = telling.subject, telling.field
    is_coming = field == MEMBERSHIP or (field == FREE and ABSENT in (telling.old, telling.new))
    shown = None if is_coming else shown_field(field)
    return Alert(
        id=alert_id(telling.rule.name, subject.label, shown, telling.since),
        rule=telling.rule.name,
        severity=_severity(telling),
        status=Status.FIRING,
        event=_event(telling, is_coming=is_coming),
        subject=subject.label,
        model=subject.model,
        provider=subject.provider or _offerer(telling, after, slugs),
        endpoint=subject.endpoint,
        field=shown,
        old=None if is_coming else json_value(telling.old),
        new=None if is_coming else json_value(telling.new),
        percent=percent_of(telling.old, telling.new),
        at=telling.since,
        not_before=telling.not_before,
        told_at=now,
        context=_context(telling, before, after, slugs),
        reasons=_reasons(telling, now),
    )


def _severity(telling: Telling) -> Severity:
    better = telling.rule.better_severity
    if better is None or telling.field not in POLICY_FIELDS:
        return telling.rule.severity
    return telling.rule.severity if is_worse(telling.field, telling.old, telling.new) else better


def _event(telling: Telling, *, is_coming: bool) -> str:
    kind = telling.subject.kind
    if telling.watch.event is not None:
        return telling.watch.event
    if telling.field == FREE and not is_coming:
        return f"{kind}.price_changed"
    return event_of(kind, telling.field, telling.new)


def _reasons(telling: Telling, now: datetime) -> tuple[str, ...]:
    rule = telling.rule
    first = f"first shown at {telling.since:%Y-%m-%d %H:%M} UTC"
    lasted = f"lasted {spell(now - telling.since)}; `for` asks {spell(rule.lasting)}"
    if telling.watch.newcomer_at_once and telling.old == ABSENT:
        lasted = "new to us: told at once"
    clause = () if rule.where is None else (f"where is true: {rule.where.source}",)
    return (first, *_read_from(telling), lasted, *clause)


def _read_from(telling: Telling) -> tuple[str, ...]:
    """Return whose record a policy was read from."""
    if telling.field not in POLICY_FIELDS:
        return ()
    return (f"read from the {source_of(telling)}",)


def _meter(telling: Telling) -> str | None:
    name, dot, meter = telling.field.partition(".")
    return meter if dot and name == "pricing" else None


def _offerer(telling: Telling, after: State, slugs: Slugs) -> str | None:
    """Return who offers a model's cheapest price now."""
    if telling.subject.kind is not Kind.MODEL:
        return None
    endpoint = offerer(after, telling.subject.model, telling.field)
    return None if endpoint is None else slugs.of(endpoint)


def _context(telling: Telling, before: State, after: State, slugs: Slugs) -> dict[str, object]:
    context: dict[str, object] = {}
    subject = telling.subject
    model = after.models.get(subject.model) if subject.model else None  # type: ignore[call-overload]  # a ModelId
    if model is not None:
        context["model_name"] = model.record.name
        if model.record.context_length and subject.kind is Kind.MODEL:
            context["context_length"] = model.record.context_length
        if telling.field in (MEMBERSHIP, FREE) and subject.kind is Kind.MODEL:
            context.update(_sort_of(model.record))
    if name := name_of_provider(after, subject.provider):
        context["provider_name"] = name
    if telling.field in POLICY_FIELDS:
        context.update(policy_context(telling, before, after, slugs))
    meter = _meter(telling)
    if meter is not None:
        context.update(_offers_context(telling, meter, before, after))
    if telling.field.startswith(LISTED):
        context["basis"] = "listed"
    context.update(page_context(after, subject, telling.field))
    if telling.is_return:
        context["kind"] = "back"
    return context


def _sort_of(model: Model) -> dict[str, object]:
    """Return what a model is besides a model: an alias, or free."""
    if model.is_alias:
        return {"alias": True}
    return {"free": True} if facts_of_model(model)[FREE] is True else {}


def _offers_context(telling: Telling, meter: str, before: State, after: State) -> dict[str, object]:
    """Return who offers the cheapest now, and who did: at the anchor for a model, at the last poll else."""
    model = telling.subject.model
    now = cheapest(offered_in(after, model)).get(meter)
    was = cheapest(offered_in(before, model)).get(meter)
    context: dict[str, object] = {}
    if now is not None:
        context["cheapest"] = json_value(now[0])
        context["cheapest_provider"] = now[1].provider_name
    if telling.subject.kind is Kind.MODEL:
        context["was_cheapest_provider"] = telling.was_by
        context["provider_name"] = context.get("cheapest_provider")
    elif was is not None:
        context["was_cheapest_provider"] = was[1].provider_name
    return {name: value for name, value in context.items() if value is not None}
