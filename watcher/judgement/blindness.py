"""Blindness: a surface that gave no believed answer for several polls in a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.catalog.names import Kind
from watcher.judgement.state import State, SurfaceHealth
from watcher.rules.episodes import Episode, EpisodeKey
from watcher.rules.level import Side
from watcher.rules.rule import Rule
from watcher.rules.subject import Subject

Episodes = Mapping[EpisodeKey, Episode]


def watch_surfaces(
    state: State, episodes: Episodes, rules: Iterable[Rule], now: datetime
) -> tuple[Episodes, tuple[Alert, ...]]:
    """Return the episodes and alerts of surfaces that went blind or see again."""
    changed: dict[EpisodeKey, Episode | None] = {}
    alerts: list[Alert] = []
    for rule in rules:
        if rule.trouble_after is None:
            continue
        for surface, health in state.surfaces.items():
            key = EpisodeKey(rule.name, f"surface {surface}")
            episode = episodes.get(key)
            if episode is None and health.failures >= rule.trouble_after:
                changed[key] = opened = _opened(rule, str(surface), health, now)
                alerts.append(_alert(rule, opened, health, Status.FIRING, now))
            elif episode is not None and health.failures == 0:
                changed[key] = None
                alerts.append(_alert(rule, episode, health, Status.RESOLVED, now))
            elif episode is not None and episode.read_at != now:
                changed[key] = replace(episode, read_at=now)
    if not changed:
        return episodes, ()
    merged = {**episodes, **changed}
    return {key: episode for key, episode in merged.items() if episode is not None}, tuple(alerts)


def _opened(rule: Rule, surface: str, health: SurfaceHealth, now: datetime) -> Episode:
    since = health.attempted_at or now
    return Episode(
        alert_id=alert_id(rule.name, surface, None, since),
        subject=Subject(kind=Kind.CATALOG, uid=f"surface {surface}", label=surface),
        since=since,
        not_before=health.believed_at,
        lasted=timedelta(0),
        read_at=now,
        side=Side.WRONG,
        value=float(health.failures),
        worst=float(health.failures),
        fired_at=now,
        last_told=now,
    )


def _alert(rule: Rule, episode: Episode, health: SurfaceHealth, status: Status, now: datetime) -> Alert:
    return Alert(
        id=episode.alert_id,
        rule=rule.name,
        severity=rule.severity,
        status=status,
        event="catalog.refused",
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
        context=_context(episode, health, now),
        reasons=(f"{health.failures} polls in a row gave no believed answer",),
        is_level=True,
    )


def _context(episode: Episode, health: SurfaceHealth, now: datetime) -> dict[str, object]:
    context: dict[str, object] = {"kind": "blind", "failures": health.failures}
    if health.reason:
        context["reason"] = health.reason
    if health.failures == 0:
        context["lasted_seconds"] = (now - episode.since).total_seconds()
    return context
