"""Groups: alerts of one rule that wait together for one receiver, and leave as one notification."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from watcher.alerts.alert import Alert, Status
from watcher.alerts.hours import end_of_quiet, next_digest
from watcher.alerts.notification import Notification
from watcher.alerts.receiver import Receiver
from watcher.alerts.severity import Severity


class GroupKey(NamedTuple):
    """Which rule's alerts, and for whom."""

    rule: str
    receiver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What waits, and when this rule last spoke to this receiver (UTC)."""

    waiting: tuple[Alert, ...] = ()
    last_sent: datetime | None = None


Groups = Mapping[GroupKey, Group]


def gather(groups: Groups, receiver: Receiver, alerts: Iterable[Alert]) -> Groups:
    """Return the groups with more alerts waiting for one receiver, each under its rule."""
    gathered = dict(groups)
    for alert in alerts:
        key = GroupKey(alert.rule, receiver.name)
        group = gathered.get(key, Group())
        gathered[key] = replace(group, waiting=(*group.waiting, alert))
    return gathered


def due_at(group: Group, receiver: Receiver, zone: ZoneInfo) -> datetime | None:
    """Return when a group may leave: the latest of its gates; None when nothing waits (UTC)."""
    if not group.waiting:
        return None
    severity = _severity(group.waiting)
    moment = group.waiting[0].told_at + receiver.group_wait
    if group.last_sent is not None:
        moment = max(moment, group.last_sent + receiver.group_interval)
    moment = next_digest(moment, receiver.digest, severity, zone)
    return end_of_quiet(moment, receiver.quiet_hours, severity, zone)


def release(
    groups: Groups, receivers: Mapping[str, Receiver], zone: ZoneInfo, now: datetime
) -> tuple[Groups, tuple[Notification, ...]]:
    """Return the groups without what is due, and the notifications that leave now.

    What waits for a receiver that is no more is dropped with it.
    """
    kept: dict[GroupKey, Group] = {}
    leaving: list[Notification] = []
    for key, group in groups.items():
        receiver = receivers.get(key.receiver)
        if receiver is None:
            continue
        due = due_at(group, receiver, zone)
        if due is None or due > now:
            kept[key] = group
            continue
        leaving.append(_notification(key, group, now))
        kept[key] = Group(last_sent=now)
    if not leaving and len(kept) == len(groups):
        return groups, ()
    return kept, tuple(leaving)


def next_due(groups: Groups, receivers: Mapping[str, Receiver], zone: ZoneInfo) -> datetime | None:
    """Return when the first group may leave; None when nothing waits."""
    dues = (
        due_at(group, receivers[key.receiver], zone)
        for key, group in groups.items()
        if key.receiver in receivers
    )
    return min((due for due in dues if due is not None), default=None)


def _severity(alerts: Iterable[Alert]) -> Severity:
    return max(alert.severity for alert in alerts)


def _notification(key: GroupKey, group: Group, now: datetime) -> Notification:
    alerts = _folded(group.waiting)
    return Notification(
        at=now, receiver=key.receiver, rule=key.rule, severity=_severity(alerts), alerts=alerts
    )


def _folded(waiting: Iterable[Alert]) -> tuple[Alert, ...]:
    """Return the alerts with each level once: fired and resolved while held is one line."""
    last: dict[tuple[str, str | None], Alert] = {}
    for alert in waiting:
        known = last.get((alert.id, alert.field))
        both = known is not None and known.status is Status.FIRING and alert.status is Status.RESOLVED
        last[alert.id, alert.field] = replace_context(alert, held=True) if both else alert
    return tuple(last.values())


def replace_context(alert: Alert, **more: object) -> Alert:
    """Return an alert whose context says more."""
    return replace(alert, context={**alert.context, **more})
