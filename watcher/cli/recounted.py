"""Recounted: recorded changes in the words that alerts have, and prices as a line of blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from watcher.alerts.alert import Alert, Status
from watcher.alerts.severity import Severity
from watcher.alerts.wire import stamp
from watcher.judgement.decision import Change
from watcher.judgement.knowledge.facts import json_value
from watcher.messages.amounts import money, number, price_move, unit_of
from watcher.messages.fields import field_name, meter_of
from watcher.messages.sparkline import sparkline
from watcher.messages.tell import tell

HUNDRED = Decimal(100)


def phrase(change: Change) -> str:
    """Return what happened, without its subject: ``output $2 → $1.50 per M (down 25 %)``."""
    return tell(_as_alert(change)).phrase


def value_in_words(field: str, value: object) -> str:
    """Return one value of a fact: a price as ``$1.25 per M``, anything else as its JSON value."""
    meter = meter_of(field)
    if meter is None or number(value) is None:
        return str(json_value(value))
    price = money(value, meter)
    return f"{price} {unit_of(meter)}" if price.startswith("$") else price


def change_to_json(change: Change) -> dict[str, Any]:
    """Return a change as JSON values, named as in an alert."""
    return {
        "at": stamp(change.at),
        "not_before": None if change.not_before is None else stamp(change.not_before),
        "event": change.event,
        "subject": change.subject,
        "model": change.model,
        "provider": change.provider,
        "endpoint": change.endpoint,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "percent": None if (share := _percent(change)) is None else float(share),
    }


def courses(changes: Iterable[Change], zone: tzinfo) -> list[str]:
    """Return a line of blocks for each price of each subject that moved, and since when that is known.

    ``changes`` are newest first.
    """
    moved: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if meter_of(change.field) and number(change.new) is not None:
            moved.setdefault((change.subject, change.field or ""), []).insert(0, change)
    return [
        _course(subject, field, found, zone)
        for (subject, field), found in moved.items()
        if _is_drawable(found)
    ]


def _is_drawable(found: Sequence[Change]) -> bool:
    return len(found) > 1 and len(_values(found)) > 1


def _course(subject: str, field: str, found: Sequence[Change], zone: tzinfo) -> str:
    values = _values(found)
    move = price_move(values[0], values[-1], meter_of(field) or "")
    prices = f"{move.old} → {move.new} {move.unit}, since {found[0].at.astimezone(zone):%Y-%m-%d}"
    return f"{subject} {field_name(field)}: {sparkline(values)}  {prices}"


def _values(found: Sequence[Change]) -> list[Decimal]:
    prices = (found[0].old, *(change.new for change in found))
    return [price for value in prices if (price := number(value)) is not None]


def _as_alert(change: Change) -> Alert:
    return Alert(
        id="",
        rule="",
        severity=Severity.INFO,
        status=Status.FIRING,
        event=change.event,
        subject=change.subject,
        model=change.model,
        provider=change.provider,
        endpoint=change.endpoint,
        field=change.field,
        old=change.old,
        new=change.new,
        percent=_percent(change),
        at=change.at,
        not_before=change.not_before,
        told_at=change.at,
    )


def _percent(change: Change) -> Decimal | None:
    old, new = number(change.old), number(change.new)
    if meter_of(change.field) is None or old is None or new is None or old <= 0 or new < 0:
        return None
    return (new - old) / old * HUNDRED
