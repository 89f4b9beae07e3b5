"""Tell: which words an alert gets."""

from __future__ import annotations

from watcher.alerts.alert import Alert
from watcher.messages.facts import tell_fact
from watcher.messages.fields import meter_of
from watcher.messages.levels import tell_level
from watcher.messages.members import (
    FREE_FACT,
    tell_added,
    tell_deprecated,
    tell_free,
    tell_removed,
    tell_retargeted,
)
from watcher.messages.pages import tell_announced, tell_app, tell_message, tell_state, tell_version
from watcher.messages.policies import tell_policy
from watcher.messages.prices import tell_price, tell_price_rewritten
from watcher.messages.restless import tell_restless
from watcher.messages.schedules import tell_schedule
from watcher.messages.telling import Telling, is_kind
from watcher.messages.trouble import tell_trouble

LEVELS = frozenset({"uptime", "latency", "throughput", "price", "tokens"})


def tell(alert: Alert) -> Telling:
    """Return an alert in words; an event that is not known is told as a fact that moved."""
    kind, _, what = alert.event.partition(".")
    if is_kind(alert, "restless"):
        return tell_restless(alert)
    if kind == "catalog":
        return tell_trouble(alert)
    if alert.is_level or what in LEVELS:
        return tell_level(alert)
    return _edge(alert, what)


def _edge(alert: Alert, what: str) -> Telling:
    if alert.field == FREE_FACT:
        return tell_free(alert)
    match what:
        case "added":
            return tell_added(alert)
        case "removed":
            return tell_removed(alert)
        case "deprecated":
            return tell_deprecated(alert)
        case "retargeted":
            return tell_retargeted(alert)
        case "message_changed":
            return tell_message(alert)
        case "app_entered" | "app_left":
            return tell_app(alert)
        case "version_published" | "version_withdrawn":
            return tell_version(alert)
        case "price_announced":
            return tell_announced(alert)
        case _:
            return tell_policy(alert) or tell_state(alert) or _changed(alert)


def _changed(alert: Alert) -> Telling:
    if alert.field == "expires":
        return tell_deprecated(alert)
    if alert.field == "schedule":
        return tell_schedule(alert)
    if meter_of(alert.field):
        return tell_price(alert) or tell_price_rewritten(alert)
    return tell_fact(alert)
