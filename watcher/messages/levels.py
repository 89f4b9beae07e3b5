"""Levels in words: what is down, slow or cheap enough, and for how long it was."""

from __future__ import annotations

from collections.abc import Callable

from watcher.alerts.alert import Alert, Status
from watcher.messages.amounts import money, number, reading, roughly, unit_of
from watcher.messages.fields import meter_name, meter_of
from watcher.messages.spans import duration
from watcher.messages.telling import Telling, is_kind, provider_of, text

SCOPES = {"model": "best uptime", "endpoint": "uptime", "provider": "healthy endpoints"}
"""A model's uptime is its best endpoint's; a provider's is the share of its endpoints that are well."""


def tell_level(alert: Alert) -> Telling:
    """Return the words of a level that began, goes on or ended."""
    if meter_of(alert.field) or alert.event.endswith(".price"):
        return _price(alert)
    kind, _, quantity = alert.event.partition(".")
    if quantity == "uptime":
        label = SCOPES.get(kind, "uptime")
        return _level(alert, "Down", "Back", _reading(f"{label} ", alert.new, " %"), _bound(alert, " %"))
    if quantity == "tokens":
        return _use(alert)
    unit = {"latency": " ms", "throughput": " tokens/s"}.get(quantity, "")
    return _level(alert, "Slow", "Fast again", _reading(f"{quantity} ", alert.new, unit), _bound(alert, unit))


def _use(alert: Alert) -> Telling:
    """Return the words of a model that is used less or more than a threshold."""
    low = number(alert.context.get("above")) is None
    down, back = ("Used less", "Used more again") if low else ("Used more", "Used less again")
    value = "" if alert.new is None else f"{roughly(alert.new)} tokens a day"
    return _level(alert, down, back, value, _bound(alert, "", roughly))


def _price(alert: Alert) -> Telling:
    meter = meter_of(alert.field) or "prompt"
    bound = next((key for key in ("below", "above") if number(alert.context.get(key)) is not None), "")
    limit = f"{bound} {money(alert.context[bound], meter)} {unit_of(meter)}" if bound else "a good price"
    offered = "" if alert.new is None else f"{meter_name(meter)} {money(alert.new, meter)} {unit_of(meter)}"
    where = f" at {provider_of(alert)}" if offered and provider_of(alert) else ""
    return _level(alert, f"Now {limit}", f"No longer {limit}", offered + where, "")


def _level(alert: Alert, down: str, back: str, value: str, bound: str) -> Telling:
    if alert.status is Status.RESOLVED:
        lasted = number(alert.context.get("lasted_seconds"))
        after = f"after {duration(float(lasted))}" if lasted is not None else ""
        if text(alert, "closed"):
            return _told(alert, f"{down}, {text(alert, 'closed')}", after, "closed")
        if alert.context.get("held"):
            back = f"{down} and {back[0].lower()}{back[1:]}"
        return _told(alert, back, " ".join(part for part in (value, after) if part), back)
    lead = f"Still {down[0].lower()}{down[1:]}" if is_kind(alert, "reminder") else down
    return _told(alert, lead, f"{value} ({bound})" if value and bound else value or bound, down)


def _told(alert: Alert, lead: str, rest: str, sort: str) -> Telling:
    kind = alert.event.partition(".")[0]
    sort = sort[0].lower() + sort[1:]
    phrase = f"{lead[0].lower()}{lead[1:]}"
    return Telling(
        headline=f"{lead}: {alert.subject}" + (f", {rest}" if rest else ""),
        phrase=f"{phrase}, {rest}" if rest else phrase,
        one=f"{kind} {sort}",
        many=f"{kind}s {sort}",
    )


def _reading(before: str, value: object, unit: str) -> str:
    if number(value) is None:
        return ""
    return f"{before}{reading(value)}{unit}"


def _bound(alert: Alert, unit: str, shown: Callable[[object], str] = reading) -> str:
    for key in ("below", "above"):
        limit = number(alert.context.get(key))
        if limit is not None:
            seconds = number(alert.context.get("for_seconds"))
            lasting = f" for {duration(float(seconds))}" if seconds else ""
            return f"{key} {shown(limit)}{unit}{lasting}"
    return ""
