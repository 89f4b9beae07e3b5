"""Catalog trouble in words: what the watcher cannot see, does not believe or cannot deliver."""

from __future__ import annotations

from watcher.alerts.alert import Alert, Status
from watcher.alerts.troubles import BACKLOG_CUT, RECEIVER_PAUSED
from watcher.messages.amounts import number
from watcher.messages.spans import duration
from watcher.messages.telling import Telling, is_kind, text

LEADS = {
    "catalog.surface_lost": ("Lost sight of {}", "surface lost", "surfaces lost"),
    "catalog.surface_back": ("In sight again: {}", "surface back", "surfaces back"),
    "catalog.schema_changed": ("Catalog schema changed: {}", "schema change", "schema changes"),
    "catalog.refused": ("Polls not believed: {}", "poll refused", "polls refused"),
    "catalog.blind": ("Blind: no believed poll of {}", "blind surface", "blind surfaces"),
    "catalog.receiver_paused": ("Receiver paused: {}", "receiver paused", "receivers paused"),
    "catalog.backlog_cut": ("Backlog cut: {}", "backlog cut", "backlogs cut"),
    "catalog.message_lost": ("Lost: {}", "lost message", "lost messages"),
    "catalog.receiver_back": ("Receiver takes messages again: {}", "receiver back", "receivers back"),
}
"""Event: the title around its subject, and how many are counted."""

DELIVERY = (RECEIVER_PAUSED, BACKLOG_CUT)


def tell_trouble(alert: Alert) -> Telling:
    """Return the words of an event about the catalog or the watcher itself."""
    if alert.event == "catalog.quiet":
        quiet = text(alert, "summary")
        return Telling(headline=quiet, phrase=quiet, one="quiet spell", many="quiet spells")
    if alert.event == "catalog.missed":
        missed = text(alert, "summary")
        return Telling(headline=missed, phrase=missed, one="missed message", many="missed messages")
    lead, one, many = _lead(alert)
    reason = _after(alert) or text(alert, "reason") or text(alert, "summary")
    headline = lead.replace("{}", alert.subject)
    return Telling(
        headline=f"{headline} ({reason})" if reason else headline,
        phrase=f"{one}: {reason}" if reason else one,
        one=one,
        many=many,
    )


def _lead(alert: Alert) -> tuple[str, str, str]:
    ended = alert.status is Status.RESOLVED
    if is_kind(alert, "blind"):
        return LEADS["catalog.surface_back" if ended else "catalog.blind"]
    if ended and alert.event in DELIVERY:
        return LEADS["catalog.receiver_back"]
    name = alert.event.partition(".")[2].replace("_", " ")
    return LEADS.get(alert.event, (f"{name.capitalize()}: {{}}", name, f"{name} messages"))


def _after(alert: Alert) -> str:
    lasted = number(alert.context.get("lasted_seconds"))
    ended = alert.status is Status.RESOLVED
    return f"after {duration(float(lasted))}" if ended and lasted is not None else ""
