"""A standing trouble: the episode that opens when it comes, and the alert of it or of its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.catalog.names import Kind
from watcher.rules.episodes import Episode
from watcher.rules.level import Side
from watcher.rules.rule import Rule
from watcher.rules.subject import Subject


def opened(
    rule: Rule,
    subject: Subject,
    fact: str | None,
    *,
    since: datetime,
    not_before: datetime | None,
    now: datetime,
    weight: float = 1.0,
) -> Episode:
    """Return the episode of a trouble that is told at once; ``weight`` is how bad it is."""
    return Episode(
        alert_id=alert_id(rule.name, subject.label, fact, since),
        subject=subject,
        since=since,
        not_before=not_before,
        lasted=timedelta(0),
        read_at=now,
        side=Side.WRONG,
        value=weight,
        worst=weight,
        fired_at=now,
        last_told=now,
    )


def about_catalog(uid: str, label: str) -> Subject:
    """Return the subject of a trouble: the catalog, or we who watch it."""
    return Subject(kind=Kind.CATALOG, uid=uid, label=label)


def told(
    rule: Rule,
    episode: Episode,
    status: Status,
    *,
    event: str,
    context: Mapping[str, object],
    reason: str,
    now: datetime,
) -> Alert:
    """Return the alert of a trouble that is there, or over."""
    return Alert(
        id=episode.alert_id,
        rule=rule.name,
        severity=rule.severity,
        status=status,
        event=event,
        subject=episode.subject.label,
        at=episode.since,
        not_before=episode.not_before,
        told_at=now,
        context=context,
        reasons=(reason,),
        is_level=True,
    )
