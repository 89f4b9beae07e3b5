"""Receivers: a target that takes nothing is told to everybody else, once, and again when it is well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.alerts.troubles import BACKLOG_CUT, RECEIVER_PAUSED, TargetTrouble, Troubles
from watcher.catalog.names import Kind
from watcher.rules.episodes import Episode, EpisodeKey
from watcher.rules.level import Side
from watcher.rules.rule import Rule
from watcher.rules.subject import Subject

Episodes = Mapping[EpisodeKey, Episode]
EVENTS = (RECEIVER_PAUSED, BACKLOG_CUT)
RECEIVER = "receiver"
"""Where an alert's context names the receiver that it is about."""


def watch_receivers(
    episodes: Episodes, rules: Iterable[Rule], troubles: Troubles, now: datetime
) -> tuple[Episodes, tuple[Alert, ...]]:
    """Return the episodes and alerts of targets that got into trouble or out of it."""
    after = dict(episodes)
    alerts: list[Alert] = []
    for rule in (rule for rule in rules if rule.trouble_after is not None):
        present = {EpisodeKey(rule.name, _uid(trouble)): trouble for trouble in troubles}
        over = [key for key in _known(episodes, rule) if key not in present]
        alerts.extend(_resolved(rule, after.pop(key), now) for key in over)
        for key, trouble in present.items():
            if key not in episodes:
                after[key] = _opened(rule, trouble, now)
                alerts.append(_fired(rule, after[key], trouble, troubles[trouble], now))
    return (after, tuple(alerts)) if alerts else (episodes, ())


def is_about(alert: Alert, receiver: str) -> bool:
    """Tell whether an alert is about the receiver's own trouble, which it cannot be told."""
    return alert.event in EVENTS and alert.context.get(RECEIVER) == receiver


def _uid(trouble: TargetTrouble) -> str:
    return "\n".join(trouble)


def _known(episodes: Episodes, rule: Rule) -> Iterator[EpisodeKey]:
    return (key for key in episodes if key.rule == rule.name and key.uid.partition("\n")[0] in EVENTS)


def _opened(rule: Rule, trouble: TargetTrouble, now: datetime) -> Episode:
    label = f"{trouble.receiver} {trouble.target}"
    return Episode(
        alert_id=alert_id(rule.name, label, trouble.event, now),
        subject=Subject(kind=Kind.CATALOG, uid=_uid(trouble), label=label),
        since=now,
        not_before=None,
        lasted=timedelta(0),
        read_at=now,
        side=Side.WRONG,
        value=1.0,
        worst=1.0,
        fired_at=now,
        last_told=now,
    )


def _fired(rule: Rule, episode: Episode, trouble: TargetTrouble, reason: str, now: datetime) -> Alert:
    context = {RECEIVER: trouble.receiver, "target": trouble.target, "reason": reason}
    return _alert(rule, episode, Status.FIRING, context, now)


def _resolved(rule: Rule, episode: Episode, now: datetime) -> Alert:
    _, receiver, target = episode.subject.uid.split("\n")
    lasted = (now - episode.since).total_seconds()
    context = {RECEIVER: receiver, "target": target, "lasted_seconds": lasted}
    return _alert(rule, episode, Status.RESOLVED, context, now)


def _alert(
    rule: Rule, episode: Episode, status: Status, context: Mapping[str, object], now: datetime
) -> Alert:
    return Alert(
        id=episode.alert_id,
        rule=rule.name,
        severity=rule.severity,
        status=status,
        event=episode.subject.uid.partition("\n")[0],
        subject=episode.subject.label,
        model=None,
        provider=None,
        endpoint=None,
        field=None,
        old=None,
        new=None,
        percent=None,
        at=episode.since,
        not_before=episode.not_before,
        told_at=now,
        context=context,
        reasons=(str(context.get("reason", "it takes messages again")),),
        is_level=True,
    )
