"""Unwell: a target that takes nothing, or our own machine, is told once, and again when it is well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import assert_never

from watcher.alerts.alert import Alert, Status
from watcher.alerts.notification import Notification
from watcher.alerts.troubles import (
    BACKLOG_CUT,
    CLOCK_JUMPED,
    DISK_LOW,
    RECEIVER_PAUSED,
    STATE_DAMAGED,
    STATE_UNWRITTEN,
    OwnTrouble,
    TargetTrouble,
    Trouble,
    Troubles,
)
from watcher.judgement.troubles import standing
from watcher.rules.episodes import Episode, EpisodeKey
from watcher.rules.rule import Rule
from watcher.rules.rulebook import Rulebook

Episodes = Mapping[EpisodeKey, Episode]
OF_TARGETS = (RECEIVER_PAUSED, BACKLOG_CUT)
WELL = {
    RECEIVER_PAUSED: "it takes messages again",
    BACKLOG_CUT: "it takes messages again",
    DISK_LOW: "there is room again",
    CLOCK_JUMPED: "it is steady again",
    STATE_UNWRITTEN: "it is written again",
    STATE_DAMAGED: "no damage is left",
}
"""Each trouble's event, and what is said when it is over."""

RECEIVER = "receiver"
"""Where an alert's context names the receiver that it is about."""


def watch_troubles(
    episodes: Episodes, rules: Iterable[Rule], troubles: Troubles, now: datetime
) -> tuple[Episodes, tuple[Alert, ...]]:
    """Return the episodes and alerts of what got into trouble or out of it."""
    after = dict(episodes)
    alerts: list[Alert] = []
    for rule in _watching(rules):
        present = {EpisodeKey(rule.name, _uid(trouble)): trouble for trouble in troubles}
        over = [key for key in _known(episodes, rule) if key not in present]
        alerts.extend(_resolved(rule, after.pop(key), now) for key in over)
        for key, trouble in present.items():
            if key not in episodes:
                after[key] = _opened(rule, trouble, now)
                alerts.append(_fired(rule, after[key], trouble, troubles[trouble], now))
    return (after, tuple(alerts)) if alerts else (episodes, ())


def cried_out(rulebook: Rulebook, trouble: Trouble, reason: str, now: datetime) -> tuple[Notification, ...]:
    """Return what to tell each receiver at once, when nothing can be written that would tell them."""
    return tuple(
        Notification(at=now, receiver=receiver.name, rule=rule.name, severity=rule.severity, alerts=(alert,))
        for rule in _watching(rulebook.rules)
        for alert in (_fired(rule, _opened(rule, trouble, now), trouble, reason, now),)
        for receiver in rulebook.receivers
        if receiver.name in (rule.notify or (receiver.name,)) and rule.severity >= receiver.min_severity
    )


def is_about(alert: Alert, receiver: str) -> bool:
    """Tell whether an alert is about the receiver's own trouble, which it cannot be told."""
    return alert.event in OF_TARGETS and alert.context.get(RECEIVER) == receiver


def _watching(rules: Iterable[Rule]) -> Iterator[Rule]:
    return (rule for rule in rules if rule.trouble_after is not None)


def _uid(trouble: Trouble) -> str:
    return "\n".join(trouble)


def _known(episodes: Episodes, rule: Rule) -> Iterator[EpisodeKey]:
    return (key for key in episodes if key.rule == rule.name and key.uid.partition("\n")[0] in WELL)


def _opened(rule: Rule, trouble: Trouble, now: datetime) -> Episode:
    subject = standing.about_catalog(_uid(trouble), " ".join(trouble[1:]))
    return standing.opened(rule, subject, trouble.event, since=now, not_before=None, now=now)


def _fired(rule: Rule, episode: Episode, trouble: Trouble, reason: str, now: datetime) -> Alert:
    return _alert(rule, episode, Status.FIRING, {**_whose(trouble), "reason": reason}, now)


def _resolved(rule: Rule, episode: Episode, now: datetime) -> Alert:
    event, *whose = episode.subject.uid.split("\n")
    trouble = OwnTrouble(event, *whose) if len(whose) == 1 else TargetTrouble(event, *whose)
    lasted = (now - episode.since).total_seconds()
    return _alert(rule, episode, Status.RESOLVED, {**_whose(trouble), "lasted_seconds": lasted}, now)


def _whose(trouble: Trouble) -> dict[str, object]:
    match trouble:
        case TargetTrouble(receiver=receiver, target=target):
            return {RECEIVER: receiver, "target": target}
        case OwnTrouble():
            return {}
    assert_never(trouble)


def _alert(
    rule: Rule, episode: Episode, status: Status, context: Mapping[str, object], now: datetime
) -> Alert:
    event = episode.subject.uid.partition("\n")[0]
    reason = str(context.get("reason", WELL[event]))
    return standing.told(rule, episode, status, event=event, context=context, reason=reason, now=now)
