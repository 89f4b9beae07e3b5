"""Restless subjects in words: one line a day about what a rule told too often to repeat each time."""

from __future__ import annotations

from watcher.alerts.alert import Alert
from watcher.messages.amounts import money, price_move
from watcher.messages.fields import field_name, meter_of
from watcher.messages.telling import Telling, text


def tell_restless(alert: Alert) -> Telling:
    """Return the daily line: how often it moved, between what, and what is offered now."""
    summary = text(alert, "summary") or _summary(alert)
    return Telling(
        headline=f"Restless: {alert.subject}, {summary}",
        phrase=f"restless: {summary}",
        one="restless subject",
        many="restless subjects",
    )


def _summary(alert: Alert) -> str:
    count = text(alert, "count")
    often = f"moved {count} time{'' if count == '1' else 's'} in a day" if count else "moves again and again"
    name = f"{field_name(alert.field)} " if alert.field else ""
    meter = meter_of(alert.field)
    if meter is None or not text(alert, "low"):
        return f"{name}{often}"
    low, high, unit = price_move(alert.context["low"], alert.context["high"], meter)
    return f"{name}{often}, {low} to {high} {unit}, now {money(alert.new, meter)}"
