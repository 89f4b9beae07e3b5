"""Catalog trouble in words: what the watcher cannot see, does not believe or cannot deliver."""

from __future__ import annotations

from watcher.alerts.alert import Alert, Status
from watcher.alerts.troubles import (
    BACKLOG_CUT,
    CLOCK_JUMPED,
    DISK_LOW,
    RECEIVER_PAUSED,
    STATE_DAMAGED,
    STATE_UNWRITTEN,
)
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
    "catalog.disk_low": ("Disk nearly full", "disk nearly full", "disks nearly full"),
    "catalog.disk_roomy": ("Room on the disk again", "disk with room again", "disks with room again"),
    "catalog.clock_jumped": ("Clock jumped", "clock jump", "clock jumps"),
    "catalog.clock_steady": ("Clock is steady again", "steady clock", "steady clocks"),
    "catalog.state_unwritten": ("State could not be written", "unwritten state", "unwritten states"),
    "catalog.state_written": ("State is written again", "state written again", "states written again"),
    "catalog.state_damaged": ("State is damaged", "damaged state", "damaged states"),
    "catalog.state_whole": ("State is whole again", "state whole again", "states whole again"),
    "catalog.message_lost": ("Lost: {}", "lost message", "lost messages"),
    "catalog.receiver_back": ("Receiver takes messages again: {}", "receiver back", "receivers back"),
}
"""Event: the title around its subject, and how many are counted."""

ENDED = {
    RECEIVER_PAUSED: "catalog.receiver_back",
    BACKLOG_CUT: "catalog.receiver_back",
    DISK_LOW: "catalog.disk_roomy",
    CLOCK_JUMPED: "catalog.clock_steady",
    STATE_UNWRITTEN: "catalog.state_written",
    STATE_DAMAGED: "catalog.state_whole",
}
"""The lead of each trouble's end."""


MEANING = {
    "catalog.surface_lost": "what was known last is kept, and what moves meanwhile is not seen",
    "catalog.schema_changed": "no rule tells it as a change",
}
"""What follows from it, for those who read on."""


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
        headline=_shorter(alert) or (f"{headline} ({reason})" if reason else headline),
        phrase="; ".join(filter(None, (f"{one}: {reason}" if reason else one, _meaning(alert)))),
        one=one,
        many=many,
    )


def _meaning(alert: Alert) -> str:
    """Return what follows; of a change that is only announced in the changelog nothing does yet."""
    is_announced = alert.event == "catalog.schema_changed" and "rows" not in alert.context
    return "" if is_announced else MEANING.get(alert.event, "")


def _shorter(alert: Alert) -> str:
    """Return a title that says what is lost, back or new, where it is known, or an empty text."""
    facts = alert.context.get("facts")
    if isinstance(facts, list | tuple) and facts:
        names = ", ".join(map(str, facts))
        if alert.event == "catalog.surface_lost":
            return f"Lost sight of {names}: no longer in {alert.subject}"
        return f"In sight again: {names} ({alert.subject})"
    if alert.event == "catalog.schema_changed" and text(alert, "reason"):
        return f"Catalog schema changed: {text(alert, 'reason')}"
    return ""


def _lead(alert: Alert) -> tuple[str, str, str]:
    ended = alert.status is Status.RESOLVED
    if is_kind(alert, "blind"):
        return LEADS["catalog.surface_back" if ended else "catalog.blind"]
    if ended and alert.event in ENDED:
        return LEADS[ENDED[alert.event]]
    name = alert.event.partition(".")[2].replace("_", " ")
    return LEADS.get(alert.event, (f"{name.capitalize()}: {{}}", name, f"{name} messages"))


def _after(alert: Alert) -> str:
    lasted = number(alert.context.get("lasted_seconds"))
    ended = alert.status is Status.RESOLVED
    return f"after {duration(float(lasted))}" if ended and lasted is not None else ""
