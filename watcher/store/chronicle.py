"""The chronicle: what happened, appended by every commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Connection, Row

from watcher.alerts.alert import Alert
from watcher.alerts.wire import alert_from_json, alert_to_json
from watcher.catalog.names import Kind
from watcher.judgement.decision import Change, Decision, Suppressed
from watcher.store.schema import alerts, changes, refusals, suppressed
from watcher.store.seals import insert

CHANGE_FIELDS = tuple(item.name for item in fields(Change))


def append(connection: Connection, catalog: int, decision: Decision) -> None:
    """Write what a decision lists."""
    append_changes(connection, catalog, decision.changes)
    insert(connection, alerts, [_alert_row(catalog, alert) for alert in decision.alerts])
    insert(
        connection,
        suppressed,
        [
            {
                "catalog": catalog,
                "at": item.at,
                "gate": item.gate.value,
                "rule": item.rule,
                "subject": item.subject,
                "field": item.field,
                "reason": item.reason,
            }
            for item in decision.suppressed
        ],
    )
    insert(
        connection,
        refusals,
        [
            {
                "catalog": catalog,
                "at": item.at,
                "surface": item.surface.value,
                "reason": item.reason,
                "held": item.held,
            }
            for item in decision.refused
        ],
    )


def append_changes(connection: Connection, catalog: int, found: Sequence[Change]) -> None:
    """Write changes."""
    insert(connection, changes, [_change_row(catalog, change) for change in found])


def change_of(row: Row[Any]) -> Change:
    """Return the change that a row of ``changes`` holds."""
    given = {name: getattr(row, name) for name in CHANGE_FIELDS}
    kind, old, new = Kind(row.kind), orjson.loads(row.old), orjson.loads(row.new)
    return Change(**{**given, "kind": kind, "old": old, "new": new})


def alert_of(body: str) -> Alert:
    """Return the alert of a stored wire form."""
    return alert_from_json(orjson.loads(body))


def to_text(value: object) -> str:
    """Return JSON text; decimals and sets in it as in an alert (strings, sorted lists)."""
    return orjson.dumps(value, default=_as_in_an_alert).decode()


def suppressed_of(row: Row[Any]) -> Mapping[str, Any]:
    """Return the fields of a row of ``suppressed`` by name."""
    return {item.name: getattr(row, item.name) for item in fields(Suppressed)}


def _change_row(catalog: int, change: Change) -> dict[str, Any]:
    row = {name: getattr(change, name) for name in CHANGE_FIELDS}
    return {
        **row,
        "catalog": catalog,
        "kind": change.kind.value,
        "old": to_text(change.old),
        "new": to_text(change.new),
    }


def _alert_row(catalog: int, alert: Alert) -> dict[str, Any]:
    return {
        "catalog": catalog,
        "id": alert.id,
        "rule": alert.rule,
        "subject": alert.subject,
        "status": alert.status.value,
        "is_level": alert.is_level,
        "at": alert.at,
        "told_at": alert.told_at,
        "body": to_text(alert_to_json(alert)),
    }


def _as_in_an_alert(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value)!r} has no JSON form")
