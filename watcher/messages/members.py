"""Comings and goings in words: models, endpoints and providers that came, left, expire or point elsewhere."""

from __future__ import annotations

from datetime import date

from watcher.alerts.alert import Alert
from watcher.messages.amounts import number, reading
from watcher.messages.telling import Telling, is_kind, text

FREE_FACT = "free"


def tell_free(alert: Alert) -> Telling:
    """Return the words of an offer that began or ceased to cost nothing."""
    if alert.event.endswith(".removed"):
        return _told(alert, "Free model gone", "gone", "free model gone", "free models gone")
    if alert.event.endswith(".added"):
        return tell_added(alert)
    if alert.new is True and is_kind(alert, "back"):
        return _told(alert, "Free again", "is free again", "model free again", "models free again")
    if alert.new is True:
        return _told(alert, "Now free", "is free now", "model now free", "models now free")
    return _told(
        alert, "No longer free", "is no longer free", "model no longer free", "models no longer free"
    )


def tell_added(alert: Alert) -> Telling:
    """Return the words of a subject that came, or came back."""
    kind = _kind(alert)
    if is_kind(alert, "back"):
        return _told(alert, f"{kind.capitalize()} back", "is back", f"{kind} back", f"{_many(kind)} back")
    length = number(alert.context.get("context_length"))
    size = "" if length is None else f", {reading(length)} tokens of context"
    if kind.startswith("free"):
        return _told(alert, "New free model", f"new and free{size}", "new free model", "new free models")
    return _told(alert, f"New {kind}", f"added{size}", f"{kind} added", f"{_many(kind)} added")


def tell_removed(alert: Alert) -> Telling:
    """Return the words of a subject that left."""
    kind = _kind(alert)
    return _told(alert, f"{kind.capitalize()} gone", "gone", f"{kind} gone", f"{_many(kind)} gone")


def tell_deprecated(alert: Alert) -> Telling:
    """Return the words of an expiration date that was set, moved or lifted, or that draws near."""
    if is_kind(alert, "reminder"):
        days = (date.fromisoformat(str(alert.new)) - alert.at.date()).days if _is_date(alert.new) else None
        soon = (
            "soon" if days is None else ("today" if days <= 0 else f"in {days} day{'s' if days > 1 else ''}")
        )
        lead, rest = f"Expires {soon}", f"on {alert.new}"
    elif alert.new is None:
        lead, rest = "No longer expires", f"was {alert.old}"
    elif alert.old is None:
        lead, rest = f"Expires {alert.new}", ""
    else:
        lead, rest = "Expiration moved", f"{alert.old} → {alert.new}"
    phrase = f"{lead[0].lower()}{lead[1:]}" + (f", {rest}" if rest else "")
    kind, is_lifted = alert.event.partition(".")[0], alert.new is None
    return Telling(
        headline=f"{lead}: {alert.subject}" + (f" ({rest})" if rest else ""),
        phrase=phrase,
        one=f"{kind} no longer expires" if is_lifted else f"{kind} expires",
        many=f"{kind}s no longer expire" if is_lifted else f"{kind}s expire",
    )


def tell_retargeted(alert: Alert) -> Telling:
    """Return the words of an alias that now stands for another model."""
    move = f"{alert.old} → {alert.new}"
    return Telling(
        headline=f"Alias retargeted: {alert.subject}, {move}",
        phrase=f"now {alert.new} (was {alert.old})",
        one="alias retargeted",
        many="aliases retargeted",
    )


def _told(alert: Alert, lead: str, phrase: str, one: str, many: str) -> Telling:
    summary = text(alert, "summary")
    return Telling(
        headline=f"{lead}: {alert.subject}",
        phrase=f"{phrase}, {summary}" if summary else phrase,
        one=one,
        many=many,
    )


def _kind(alert: Alert) -> str:
    """Return ``alias`` and ``free model`` for models that are such, else what the event is about."""
    kind = alert.event.partition(".")[0]
    if kind != "model":
        return kind
    if alert.context.get("alias") is True:
        return "alias"
    is_free = alert.context.get("free") is True or alert.field == FREE_FACT
    return "free model" if is_free else kind


def _many(kind: str) -> str:
    return "aliases" if kind == "alias" else f"{kind}s"


def _is_date(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True
