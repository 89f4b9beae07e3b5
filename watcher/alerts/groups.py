"""Groups: alerts of one rule that wait together for one receiver, and leave as one notification."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from watcher.alerts.alert import Alert, Status
from watcher.alerts.hours import end_of_quiet, next_digest
from watcher.alerts.notification import Notification
from watcher.alerts.receiver import Receiver
from watcher.alerts.severity import Severity
from watcher.alerts.silence import Silence, silenced


class GroupKey(NamedTuple):
    """Which rule's alerts, and for whom."""

    rule: str
    receiver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What waits, and when this rule last spoke to this receiver (UTC).

    ``hidden`` are levels that were silenced when they would have left: they are told when their silence ends
    before they do. ``owed`` are the ids of those that ended and whose beginning the receiver was told: their
    end is told when the silence is over, else whoever keeps a list of what fires would keep them on it.
    """

    waiting: tuple[Alert, ...] = ()
    hidden: tuple[Alert, ...] = ()
    last_sent: datetime | None = None
    owed: frozenset[str] = frozenset()


Groups = Mapping[GroupKey, Group]


def gather(groups: Groups, receiver: Receiver, alerts: Iterable[Alert]) -> Groups:
    """Return the groups with more alerts waiting for one receiver, each under its rule."""
    gathered = dict(groups)
    for alert in alerts:
        key = GroupKey(alert.rule, receiver.name)
        group = gathered.get(key, Group())
        gathered[key] = replace(group, waiting=(*group.waiting, alert))
    return gathered


def owing(groups: Groups, receiver: Receiver, end: Alert) -> Groups:
    """Return the groups in which a receiver is owed the end of a level whose beginning it was told."""
    key = GroupKey(end.rule, receiver.name)
    group = groups.get(key, Group())
    return {**groups, key: replace(group, owed=group.owed | {end.id})}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """The groups after a moment, what leaves, and what a silence hid, with the silence."""

    groups: Groups
    notifications: tuple[Notification, ...] = ()
    silenced: tuple[tuple[Alert, Silence], ...] = ()


def release(
    groups: Groups,
    receivers: Mapping[str, Receiver],
    zone: ZoneInfo,
    now: datetime,
    silences: Collection[Silence] = (),
) -> Released:
    """Return what leaves now. Silences are judged here: a silenced edge is gone, a silenced level is hidden.

    What waits for a receiver that is no more is kept, and leaves when the receiver is back.
    """
    kept: dict[GroupKey, Group] = {}
    leaving: list[Notification] = []
    dropped: list[tuple[Alert, Silence]] = []
    for key, group in groups.items():
        receiver = receivers.get(key.receiver)
        if receiver is None:
            kept |= {key: group} if group.waiting else {}
            continue
        kept[key] = current = _revealed(group, silences, now)
        due = due_at(current, receiver, zone)
        if due is None or due > now:
            continue
        hidden = [
            (alert, silence) for alert in current.waiting if (silence := silenced(alert, silences, now))
        ]
        dropped.extend(hidden)
        told = tuple(alert for alert in current.waiting if silenced(alert, silences, now) is None)
        if told:
            leaving.append(_notification(key, told, now))
        still_hidden = _still_hidden(current, (alert for alert, _ in hidden))
        kept[key] = Group(
            hidden=still_hidden,
            last_sent=now if told else current.last_sent,
            owed=current.owed & {alert.id for alert in still_hidden},
        )
    if kept == groups:
        return Released(groups=groups)
    return Released(groups=kept, notifications=tuple(leaving), silenced=tuple(dropped))


def _revealed(group: Group, silences: Collection[Silence], now: datetime) -> Group:
    """Return a group in which levels wait again whose silence is over."""
    back = tuple(alert for alert in group.hidden if silenced(alert, silences, now) is None)
    if not back:
        return group
    hidden = tuple(alert for alert in group.hidden if alert not in back)
    return replace(group, waiting=(*back, *group.waiting), hidden=hidden)


def _still_hidden(group: Group, more: Iterable[Alert]) -> tuple[Alert, ...]:
    """Return the levels that fire unheard, and the ends that are owed.

    What both fired and resolved unheard needs no word any more.
    """
    last = {alert.id: alert for alert in (*group.hidden, *more) if alert.is_level}
    return tuple(alert for alert in last.values() if alert.status is Status.FIRING or alert.id in group.owed)


def next_due(
    groups: Groups,
    receivers: Mapping[str, Receiver],
    zone: ZoneInfo,
    now: datetime,
    silences: Collection[Silence] = (),
) -> datetime | None:
    """Return when the first group may leave, or the first silence ends; None when nothing waits."""
    known = {key: group for key, group in groups.items() if key.receiver in receivers}
    dues = [due_at(group, receivers[key.receiver], zone) for key, group in known.items()]
    ends = [
        silence.ends
        for group in known.values()
        for alert in group.hidden
        if (silence := silenced(alert, silences, now)) is not None
    ]
    return min((due for due in (*dues, *ends) if due is not None), default=None)


def homeless(groups: Groups, receivers: Collection[str]) -> Mapping[str, int]:
    """Return how many alerts wait for each receiver that is not among these any more."""
    found: Counter[str] = Counter()
    for key, group in groups.items():
        if key.receiver not in receivers and group.waiting:
            found[key.receiver] += len(group.waiting)
    return found


def _severity(alerts: Iterable[Alert]) -> Severity:
    return max(alert.severity for alert in alerts)


def _notification(key: GroupKey, waiting: Iterable[Alert], now: datetime) -> Notification:
    alerts = _folded(waiting)
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
