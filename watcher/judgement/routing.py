"""Routing: which receivers get which alerts, and what leaves now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.alerts.alert import Alert, Status
from watcher.alerts.groups import GroupKey, Groups, gather, next_due, owing, release
from watcher.alerts.notification import Notification
from watcher.alerts.receiver import Receiver
from watcher.alerts.silence import Silence
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.state import State
from watcher.judgement.troubles.unwell import is_about
from watcher.rules.episodes import Episode, EpisodeKey
from watcher.rules.rule import Rule
from watcher.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """The state after routing, what leaves now, what was under a floor, and when something may leave next."""

    state: State
    notifications: tuple[Notification, ...]
    suppressed: tuple[Suppressed, ...]
    next_due: datetime | None


def route(before: State, state: State, alerts: Iterable[Alert], rulebook: Rulebook, now: datetime) -> Routed:
    """Return what becomes of new alerts and of those that waited."""
    rules = {rule.name: rule for rule in rulebook.rules}
    receivers = {receiver.name: receiver for receiver in rulebook.receivers}
    groups: Groups = state.groups
    suppressed: list[Suppressed] = []
    for alert in alerts:
        for receiver in _wanting(alert, rules[alert.rule], receivers, before, groups):
            if alert.severity < receiver.min_severity:
                suppressed.append(_below(alert, receiver))
                continue
            groups = gather(groups, receiver, (alert,))
            if alert.status is Status.RESOLVED and _was_told(alert, receiver.name, before):
                groups = owing(groups, receiver, alert)
    silences = tuple(state.silences.values())
    released = release(groups, receivers, rulebook.timezone, now, silences)
    return Routed(
        state=replace(state, groups=released.groups, episodes=_told(state.episodes, released.notifications)),
        notifications=released.notifications,
        suppressed=(*suppressed, *(_silenced(alert, silence, now) for alert, silence in released.silenced)),
        next_due=next_due(released.groups, receivers, rulebook.timezone, now, silences),
    )


def _wanting(
    alert: Alert, rule: Rule, receivers: Mapping[str, Receiver], before: State, groups: Groups
) -> Iterator[Receiver]:
    """Yield the receivers of an alert; an end is told only to those that were told the beginning.

    A receiver's own trouble is for the others.
    """
    names = rule.notify or tuple(receivers)
    able = (name for name in names if name in receivers and not is_about(alert, name))
    for receiver in (receivers[name] for name in able):
        if alert.status is Status.FIRING or (
            receiver.resolved and _knows_of(alert, receiver.name, before, groups)
        ):
            yield receiver


def _knows_of(alert: Alert, receiver: str, before: State, groups: Groups) -> bool:
    group = groups.get(GroupKey(alert.rule, receiver))
    return _was_told(alert, receiver, before) or (
        group is not None and any(known.id == alert.id for known in (*group.waiting, *group.hidden))
    )


def _was_told(alert: Alert, receiver: str, before: State) -> bool:
    """Tell whether a receiver was told that a level fires."""
    return any(
        episode.alert_id == alert.id and receiver in episode.told_to for episode in before.episodes.values()
    )


def _silenced(alert: Alert, silence: Silence, now: datetime) -> Suppressed:
    return Suppressed(
        at=now,
        gate=Gate.SILENCED,
        rule=alert.rule,
        subject=alert.subject,
        field=alert.field,
        reason=f"silence {silence.id} until {silence.ends:%Y-%m-%d %H:%M} UTC"
        + (f": {silence.comment}" if silence.comment else ""),
    )


def _below(alert: Alert, receiver: Receiver) -> Suppressed:
    return Suppressed(
        at=alert.told_at,
        gate=Gate.BELOW_SEVERITY,
        rule=alert.rule,
        subject=alert.subject,
        field=alert.field,
        reason=f"{alert.severity.label} is below {receiver.name}'s floor {receiver.min_severity.label}",
    )


def _told(
    episodes: Mapping[EpisodeKey, Episode], notifications: Iterable[Notification]
) -> Mapping[EpisodeKey, Episode]:
    """Return the episodes, knowing who was told that they fire."""
    told: dict[str, set[str]] = {}
    for notification in notifications:
        for alert in notification.alerts:
            if alert.is_level and alert.status is Status.FIRING:
                told.setdefault(alert.id, set()).add(notification.receiver)
    if not told:
        return episodes
    return {
        key: replace(episode, told_to=episode.told_to | told[episode.alert_id])
        if episode.alert_id in told
        else episode
        for key, episode in episodes.items()
    }
