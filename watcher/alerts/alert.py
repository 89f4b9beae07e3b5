"""Alerts: what a rule found worth telling, and its name for ever."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from watcher.alerts.severity import Severity


class Status(StrEnum):
    """Edges are only ever firing; levels also resolve."""

    FIRING = "firing"
    RESOLVED = "resolved"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to tell about one subject.

    ``subject`` is the model's id, the provider's slug, or ``model @ tag``; what it has no model, provider,
    endpoint or field for is None. ``old`` and ``new`` are JSON
    values: prices are decimal strings in USD per token, sets are sorted lists. ``percent`` is None when old
    is zero or no number. ``at`` is the poll that first showed it, ``not_before`` the believed poll before
    (UTC). ``context`` holds what words need beyond that (``cheapest``, ``provider_name``, ``also``, …),
    ``reasons`` the clauses and gates it passed, one sentence each.
    """

    id: str
    rule: str
    severity: Severity
    status: Status
    event: str
    subject: str
    at: datetime
    not_before: datetime | None
    told_at: datetime
    model: str | None = None
    provider: str | None = None
    endpoint: str | None = None
    field: str | None = None
    old: object = None
    new: object = None
    percent: Decimal | None = None
    context: Mapping[str, object] = dataclasses.field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    is_level: bool = False


def alert_id(rule: str, subject: str, fact: str | None, at: datetime) -> str:
    """Return the alert's id: the first 16 hex digits of SHA-256 over (rule, subject, field, at)."""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return hashlib.sha256("\n".join((rule, subject, fact or "", stamp)).encode()).hexdigest()[:16]
