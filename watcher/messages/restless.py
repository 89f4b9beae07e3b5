"""Restless subjects in words: one line a day about what a rule told too often to repeat each time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from watcher.alerts.alert import Alert
from watcher.messages.amounts import money, number, price_move
from watcher.messages.fields import field_name, meter_name, meter_of
from watcher.messages.telling import Telling, is_kind, text


def tell_restless(alert: Alert) -> Telling:
    """Return the daily line: how often it moved, between what, and what is offered now."""
    summary = text(alert, "summary") or _summary(alert)
    return Telling(
        headline=f"Restless: {alert.subject}, {summary}",
        phrase=f"restless: {summary}",
        one="restless subject",
        many="restless subjects",
    )


def restless_headline(alerts: Sequence[Alert]) -> str | None:
    """Return one line for several restless prices of one subject, or None where it takes more words."""
    courses = [(alert, meter_of(alert.field)) for alert in alerts]
    moves = [
        (meter, price_move(alert.context["low"], alert.context["high"], meter), money(alert.new, meter))
        for alert, meter in courses
        if meter is not None and is_kind(alert, "restless") and text(alert, "low")
    ]
    units = {move.unit for _, move, _ in moves}
    if len(moves) < len(alerts) or len(units) != 1:
        return None
    count = max(number(alert.context.get("count")) or Decimal(0) for alert in alerts)
    parts = (f"{meter_name(meter)} {move.old} to {move.new}, now {now}" for meter, move, now in moves)
    return f"Restless: {alerts[0].subject}, {count} moves in a day: {'; '.join(parts)} {units.pop()}"


def _summary(alert: Alert) -> str:
    count = text(alert, "count")
    often = f"moved {count} time{'' if count == '1' else 's'} in a day" if count else "moves again and again"
    name = f"{field_name(alert.field)} " if alert.field else ""
    meter = meter_of(alert.field)
    if meter is None or not text(alert, "low"):
        return f"{name}{often}"
    low, high, unit = price_move(alert.context["low"], alert.context["high"], meter)
    return f"{name}{often}, {low} to {high} {unit}, now {money(alert.new, meter)}"
