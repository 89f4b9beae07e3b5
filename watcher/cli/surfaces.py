"""Surfaces: what ``watcher status`` says of each, to programs and to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from watcher.alerts.wire import stamp
from watcher.catalog.names import Surface
from watcher.cli.report import count
from watcher.judgement.state import SurfaceHealth
from watcher.messages.spans import duration, moment

NAMED = 5
LISTED = 50
"""Of upstream's fields that nobody here knows, people are told so many by name, programs so many."""


def surface_entry(
    surface: Surface, health: SurfaceHealth, every: timedelta, at: datetime, note: str | None = None
) -> dict[str, Any]:
    """Return what programs read of a surface; ``unknown_fields`` are the commonest, with their rows.

    ``note`` says that it answers and has nothing to tell.
    """
    believed = health.believed_at
    return {
        "type": "surface",
        "surface": str(surface),
        "every_seconds": int(every.total_seconds()),
        "believed_at": None if believed is None else stamp(believed),
        "age_seconds": None if believed is None else int((at - believed).total_seconds()),
        "attempted_at": None if health.attempted_at is None else stamp(health.attempted_at),
        "failures": health.failures,
        "reason": health.reason,
        "held": None if health.hold is None else health.hold.reason,
        "lost": sorted(health.lost),
        "set_aside": health.set_aside,
        "note": note,
        "unknown_fields_count": len(health.strange),
        "unknown_fields": dict(_commonest(health.strange)[:LISTED]),
        "disagreements": health.disagreements,
    }


def surface_lines(entry: Mapping[str, Any], zone: ZoneInfo, at: datetime) -> Iterator[str]:
    """Yield the lines that people read of an entry."""
    yield f"  {entry['surface']:<18} {_freshness(entry, zone, at)}"
    if number := entry["unknown_fields_count"]:
        named = [f"{name} on {count(rows, 'row')}" for name, rows in entry["unknown_fields"].items()][:NAMED]
        more = f" and {number - len(named)} more" if number > len(named) else ""
        yield f"    {count(number, 'field')} that nobody here knows: {', '.join(named)}{more}"
    if number := entry["disagreements"]:
        yield f"    {count(number, 'endpoint')} on which the documented list says otherwise"


def _freshness(entry: Mapping[str, Any], zone: ZoneInfo, at: datetime) -> str:
    if entry["believed_at"] is None:
        return "not yet read"
    believed = datetime.fromisoformat(entry["believed_at"])
    note = f"; {entry['note']}" if entry["note"] else ""
    if believed > at:
        return f"believed at {moment(believed, zone)}, which is yet to come: the clock was set back{note}"
    return f"believed {duration((at - believed).total_seconds())} ago ({moment(believed, zone)}){note}"


def _commonest(strange: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(strange.items(), key=lambda item: (-item[1], item[0]))
