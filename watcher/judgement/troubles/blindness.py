"""Blindness: a surface that gave no believed answer for several polls in a row.

Without a documented one we are blind, until it answers. An undocumented one that was believed before is lost,
which costs only itself: that is said once, and once more when it is back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.catalog.names import BEHIND_THE_PAGES, Surface
from watcher.judgement.state import State, SurfaceHealth
from watcher.judgement.troubles import standing
from watcher.rules.episodes import Episode, EpisodeKey
from watcher.rules.rule import Rule

Episodes = Mapping[EpisodeKey, Episode]
UNDOCUMENTED = frozenset({Surface.FRONTEND, *BEHIND_THE_PAGES})


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
                alerts.append(
                    _told(surface, opened, health, _alert(rule, opened, health, Status.FIRING, now))
                )
            elif episode is not None and health.failures == 0:
                changed[key] = None
                alerts.append(
                    _told(surface, episode, health, _alert(rule, episode, health, Status.RESOLVED, now))
                )
            elif episode is not None and episode.read_at != now:
                changed[key] = replace(episode, read_at=now)
    if not changed:
        return episodes, ()
    merged = {**episodes, **changed}
    return {key: episode for key, episode in merged.items() if episode is not None}, tuple(alerts)


def _opened(rule: Rule, surface: str, health: SurfaceHealth, now: datetime) -> Episode:
    return standing.opened(
        rule,
        standing.about_catalog(f"surface {surface}", surface),
        None,
        since=health.attempted_at or now,
        not_before=health.believed_at,
        now=now,
        weight=float(health.failures),
    )


def _told(surface: Surface, episode: Episode, health: SurfaceHealth, alert: Alert) -> Alert:
    """Return the alert; of an undocumented surface it is an edge, for nobody waits for it to be well."""
    if surface not in UNDOCUMENTED or episode.not_before is None:
        return alert
    lost = alert.status is Status.FIRING
    event = "catalog.surface_lost" if lost else "catalog.surface_back"
    reason = _reason(health) if lost else "it answers again"
    return replace(
        alert,
        id=alert.id if lost else alert_id(alert.rule, alert.subject, event, alert.told_at),
        event=event,
        status=Status.FIRING,
        at=alert.at if lost else alert.told_at,
        context={"reason": reason},
        is_level=False,
    )


def _reason(health: SurfaceHealth) -> str:
    answered = f", last: {health.reason}" if health.reason else ""
    return f"{health.failures} polls in a row gave no believed answer{answered}"


def _alert(rule: Rule, episode: Episode, health: SurfaceHealth, status: Status, now: datetime) -> Alert:
    return standing.told(
        rule,
        episode,
        status,
        event="catalog.refused",
        context=_context(episode, health, now),
        reason=f"{health.failures} polls in a row gave no believed answer",
        now=now,
    )


def _context(episode: Episode, health: SurfaceHealth, now: datetime) -> dict[str, object]:
    context: dict[str, object] = {"kind": "blind", "failures": health.failures}
    if health.reason:
        context["reason"] = health.reason
    if health.failures == 0:
        context["lasted_seconds"] = (now - episode.since).total_seconds()
    return context
