"""What several alerts have in common, so that one line can stand for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from watcher.alerts.alert import Alert
from watcher.catalog.names import ModelId, author_of, variant_of
from watcher.messages.amounts import percent
from watcher.messages.telling import provider_of


def in_common(alerts: Sequence[Alert]) -> tuple[str, ...]:
    """Return what holds for every one of them: ``all :batch variants``, ``all at Baidu``, ``all up 25 %``.

    The narrowest name comes first; one model makes its variant and author superfluous, one subject its model.
    """
    if len(alerts) == 1:
        return ()
    if _shared(alert.subject for alert in alerts):
        return _each(alerts, _move)
    model = _shared(alert.model for alert in alerts)
    if model:
        return (f"all of {model}", *_each(alerts, _move))
    return _each(alerts, _variant, _author, _provider, _move, _expiry)


def _each(alerts: Sequence[Alert], *facts: Callable[[Alert], str]) -> tuple[str, ...]:
    found = (_shared(fact(alert) for alert in alerts) for fact in facts)
    return tuple(f"all {fact}" for fact in found if fact)


def _shared(values: Iterable[str | None]) -> str:
    found = set(values)
    only = found.pop() if len(found) == 1 else ""
    return only or ""


def _variant(alert: Alert) -> str:
    variant = variant_of(ModelId(alert.model)) if alert.model else "standard"
    return "" if variant == "standard" else f":{variant} variants"


def _author(alert: Alert) -> str:
    return f"by {author_of(ModelId(alert.model))}" if alert.model else ""


def _provider(alert: Alert) -> str:
    return f"at {provider_of(alert)}" if alert.model and provider_of(alert) else ""


def _expiry(alert: Alert) -> str:
    return f"on {alert.new}" if alert.event == "model.deprecated" and alert.new else ""


def _move(alert: Alert) -> str:
    if alert.percent is None:
        return ""
    return f"{'up' if alert.percent > 0 else 'down'} {percent(alert.percent)}"
