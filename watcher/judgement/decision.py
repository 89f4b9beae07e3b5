"""Decisions: all that follows from one poll, before anything was done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watcher.alerts.alert import Alert
from watcher.alerts.notification import Notification
from watcher.catalog.names import Kind, Surface
from watcher.judgement.state import State


class Gate(StrEnum):
    """Why a change disturbed nobody; the first gate that stopped it counts."""

    SCHEMA = "schema"
    ALIAS_ECHO = "alias_echo"
    TOP_ENDPOINT_SWITCH = "top_endpoint_switch"
    TIER_TWIN = "tier_twin"
    POLICY_ECHO = "policy_echo"
    OTHER_SOURCE = "other_source"
    SCHEDULE = "schedule"
    RENAMED = "renamed"
    FLAP = "flap"
    UNCONFIRMED = "unconfirmed"
    HELD_UNDONE = "held_undone"
    WHERE = "where"
    INHIBITED = "inhibited"
    SILENCED = "silenced"
    BELOW_SEVERITY = "below_severity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fact of one subject that moved between two believed polls; what ``watcher history`` lists.

    ``event`` is ``model.added``, ``endpoint.price_changed``, …; ``at`` is the poll that first showed it.
    ``old`` and ``new`` are JSON values as in an alert.
    """

    at: datetime
    not_before: datetime | None
    kind: Kind
    event: str
    subject: str
    uid: str
    model: str | None
    provider: str | None
    endpoint: str | None
    field: str | None
    old: object
    new: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """A change that was dropped: where, and the sentence that explains it with its numbers."""

    at: datetime
    gate: Gate
    rule: str | None
    subject: str
    field: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A surface's answer that was not believed; ``held`` ones are when they repeat."""

    at: datetime
    surface: Surface
    reason: str
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The new state and all there is to write and to send.

    ``next_due`` is when time alone can make something leave (a group, a digest); None when nothing waits.
    """

    state: State
    changes: tuple[Change, ...] = ()
    alerts: tuple[Alert, ...] = ()
    notifications: tuple[Notification, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    refused: tuple[Refusal, ...] = ()
    next_due: datetime | None = None
