"""Levels in words: what is down, slow or cheap enough, and for how long it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from watcher.alerts.alert import Alert, Status
from watcher.messages.amounts import money, number, reading, roughly, unit_of
from watcher.messages.fields import meter_name, meter_of
from watcher.messages.spans import duration
from watcher.messages.telling import Telling, is_kind, provider_of, text

SCOPES = {"model": "best uptime ", "endpoint": "uptime ", "provider": "endpoints that are well "}
"""A model's uptime is its best endpoint's."""
SERVED = 80
"""OpenRouter calls an endpoint below this uptime down (for-providers page); what is better is degraded."""
SOME_ARE_WELL = 1
"""A provider is down of which nothing is well."""
GONE = "closed as gone"
"""The context's word for a level whose subject left the catalog; any other has no known reading."""


class Words(NamedTuple):
    """How a level is called while it is wrong, and when it is well again."""

    wrong: str
    well: str


def tell_level(alert: Alert) -> Telling:
    """Return the words of a level that began, goes on or ended."""
    if meter_of(alert.field) or alert.event.endswith(".price"):
        return _price(alert)
    quantity = alert.event.partition(".")[2]
    if quantity == "uptime":
        return _uptime(alert)
    if quantity == "tokens":
        return _use(alert)
    unit = {"latency": " ms", "throughput": " tokens/s"}.get(quantity, "")
    is_slow = _is_above(alert) is (quantity == "latency")
    words = Words("slow", "fast again") if is_slow else Words("fast", "no longer fast")
    return _level(alert, words, _reading(f"{quantity} ", alert.new, unit), _bound(alert, unit))


def by_endpoint(alert: Alert) -> tuple[str, ...]:
    """Return how each endpoint of a model does that is served badly: ``azure: 81.8 %``."""
    offers = alert.context.get("offers")
    pairs = [pair for pair in offers if len(pair) == 2] if isinstance(offers, list | tuple) else []  # noqa: PLR2004  # a tag and its uptime
    return tuple(f"{tag}: {reading(value)}{'' if value is None else ' %'}" for tag, value in pairs)


def _uptime(alert: Alert) -> Telling:
    """Return the words of an uptime; a provider's is the share of its endpoints that are well."""
    kind = alert.event.partition(".")[0]
    well, known = alert.context.get("well"), alert.context.get("known")
    if kind == "provider" and isinstance(well, int) and isinstance(known, int):
        value = f"{well} of {known} endpoints well"
    else:
        value = _reading(SCOPES.get(kind, "uptime "), alert.new, " %")
    if _is_above(alert):
        limit = f"above {reading(alert.context['above'])} %"
        return _level(alert, Words(f"now {limit}", f"no longer {limit}"), value, "")
    worst = alert.new if alert.status is Status.FIRING else alert.context.get("worst", alert.new)
    is_down = (number(worst) or 0) < (SOME_ARE_WELL if kind == "provider" else SERVED)
    return _level(alert, Words("down" if is_down else "degraded", "back"), value, _bound(alert, " %"))


def _is_above(alert: Alert) -> bool:
    """Tell whether it is wrong above a threshold, not below one."""
    return number(alert.context.get("above")) is not None


def _use(alert: Alert) -> Telling:
    """Return the words of a model that is used less or more than a threshold."""
    words = Words("used less", "used more again")
    if _is_above(alert):
        words = Words("used more", "used less again")
    value = "" if alert.new is None else f"{roughly(alert.new)} tokens a day"
    return _level(alert, words, value, _bound(alert, "", roughly))


def _price(alert: Alert) -> Telling:
    meter = meter_of(alert.field) or "prompt"
    bound = next((key for key in ("below", "above") if number(alert.context.get(key)) is not None), "")
    limit = f"{bound} {money(alert.context[bound], meter)} {unit_of(meter)}" if bound else "a good price"
    offered = "" if alert.new is None else f"{meter_name(meter)} {money(alert.new, meter)} {unit_of(meter)}"
    where = f" at {provider_of(alert)}" if offered and provider_of(alert) else ""
    return _level(alert, Words(f"now {limit}", f"no longer {limit}"), offered + where, "")


def _level(alert: Alert, words: Words, value: str, bound: str) -> Telling:
    wrong, well = words
    if alert.status is not Status.RESOLVED:
        lead = f"still {wrong.removeprefix('now ')}" if is_kind(alert, "reminder") else wrong
        return _told(alert, lead, f"{value} ({bound})" if value and bound else value or bound, wrong)
    seconds = number(alert.context.get("lasted_seconds"))
    lasted = None if seconds is None else duration(float(seconds))
    if text(alert, "closed"):
        return _closed(alert, wrong.removeprefix("now "), lasted)
    if alert.context.get("held"):
        well = f"{wrong} and {well}"
    after = f"after {lasted}" if lasted else ""
    return _told(alert, well, " ".join(part for part in (value, after) if part), well)


def _closed(alert: Alert, wrong: str, lasted: str | None) -> Telling:
    """Return the words of a level that nothing more can be said of: its subject or its readings are gone."""
    is_gone = text(alert, "closed") == GONE
    was = f"was {wrong}" + (f" for {lasted}" if lasted else "")
    said = _told(
        alert, "gone" if is_gone else "unknown for a day", was, "gone" if is_gone else "without readings"
    )
    return replace(said, phrase=f"{said.phrase}; this alert is closed", brief=said.phrase)


def _told(alert: Alert, lead: str, rest: str, sort: str) -> Telling:
    kind = alert.event.partition(".")[0]
    phrase = f"{lead}, {rest}" if rest else lead
    return Telling(
        headline=f"{lead[0].upper()}{lead[1:]}: {alert.subject}" + (f", {rest}" if rest else ""),
        phrase=phrase,
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
