"""Reminders: a date on which a model ends draws near."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.catalog.model import Model
from watcher.judgement.knowledge.scope import in_scope
from watcher.judgement.knowledge.subjects import subject_of_model
from watcher.judgement.state import State
from watcher.rules.anchors import Anchor, AnchorKey
from watcher.rules.rule import Rule

REMINDER = "reminder"
"""The fact under which an anchor keeps the last reminder of a date that was due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """The anchors with what was reminded of, and the alerts."""

    anchors: Mapping[AnchorKey, Anchor]
    alerts: tuple[Alert, ...] = ()


def remind(
    state: State, rules: Iterable[Rule], anchors: Mapping[AnchorKey, Anchor], now: datetime
) -> Reminded:
    """Return the reminders that are due now.

    The first sight of a date is silent about those whose time is past: the date itself was told then.
    """
    asking = tuple(rule for rule in rules if rule.remind)
    dated = [
        tracked.record
        for tracked in state.models.values()
        if tracked.record.expires and not tracked.gone and not tracked.record.is_alias
    ]
    if not asking or not dated:
        return Reminded(anchors=anchors)
    kept: dict[AnchorKey, Anchor] = {}
    alerts: list[Alert] = []
    for rule in asking:
        for model, expires in _in_scope(rule, dated, state):
            key = AnchorKey(rule.name, model.id, REMINDER)
            due = _due(rule, expires, now)
            known = anchors.get(key)
            if known is not None and known.value != due and due.startswith(str(expires)):
                alerts.extend(_alerts(rule, model, expires, str(known.value), now))
            if known is None or known.value != due:
                kept[key] = Anchor(subject=subject_of_model(model.id), value=due)
    return Reminded(anchors={**anchors, **kept} if kept else anchors, alerts=tuple(alerts))


def _in_scope(rule: Rule, models: Iterable[Model], state: State) -> Iterator[tuple[Model, date]]:
    for model in models:
        if model.expires is not None and in_scope(rule, subject_of_model(model.id), state):
            yield model, model.expires


def _due(rule: Rule, expires: date, now: datetime) -> str:
    """Return the date with the reminder of it that is due, as one comparable text."""
    left = _left(expires, now)
    passed = [ahead for ahead in rule.remind if left <= ahead]
    return f"{expires} {min(passed).days if passed else 'later'}"


def _left(expires: date, now: datetime) -> timedelta:
    return datetime.combine(expires, time(0), tzinfo=UTC) - now


def _alerts(rule: Rule, model: Model, expires: date, known: str, now: datetime) -> Iterator[Alert]:
    """Yield the reminder of a date that was known before; a date that is new or past is none."""
    if not known.startswith(str(expires)) or _left(expires, now) < timedelta(0):
        return
    yield Alert(
        id=alert_id(rule.name, model.id, REMINDER, now),
        rule=rule.name,
        severity=rule.severity,
        status=Status.FIRING,
        event="model.deprecated",
        subject=model.id,
        model=model.id,
        field="expires",
        new=expires.isoformat(),
        at=now,
        not_before=None,
        told_at=now,
        context={"kind": "reminder", "model_name": model.name},
        reasons=(f"{expires} is {_left(expires, now).days} days away",),
    )
