"""Episodes of levels: their clocks, and when they fire, repeat, resolve and close.

``for`` is the sum of intervals between consecutive known readings on the wrong side, no further apart than
twice the surface's interval. Unknown readings and gaps freeze it, recovery resets it, in between keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from watcher.alerts.alert import alert_id
from watcher.rules.episodes import Episode
from watcher.rules.level import Level, Side
from watcher.rules.patience import is_met
from watcher.rules.rule import Rule
from watcher.rules.subject import Subject

BLIND_FOR = timedelta(days=1)
"""A firing episode without a known reading for this long closes as unknown."""
GAP = 2
"""Readings further apart than this many intervals say nothing about the time between them."""


class Beat(Enum):
    """What one reading did to an episode."""

    NOTHING = "nothing"
    FIRED = "fired"
    REPEATED = "repeated"
    RESOLVED = "resolved"
    UNDONE = "undone"
    CLOSED_UNKNOWN = "closed as unknown"
    CLOSED_GONE = "closed as gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """One reading of one subject under one level: when, how far apart readings are, and the one before."""

    rule: Rule
    level: Level
    subject: Subject
    value: float | None
    at: datetime
    not_before: datetime | None
    interval: timedelta


def advance(episode: Episode | None, taking: Taking) -> tuple[Episode | None, Beat]:
    """Return the episode after a reading, and what happened."""
    side = taking.level.side_of(taking.value)
    if episode is None:
        if side is not Side.WRONG or taking.value is None:
            return None, Beat.NOTHING
        return _fire_when_due(_opened(taking, taking.value), taking)
    if side is Side.UNKNOWN or taking.value is None:
        return closed_when_blind(episode, taking.at)
    if episode.fired_at is None:
        return _pending(episode, taking, side, taking.value)
    return _firing(episode, taking, side, taking.value)


def closed_when_blind(episode: Episode, now: datetime) -> tuple[Episode | None, Beat]:
    """Return the episode, closed when nothing was known of it for a day."""
    if now - episode.read_at < BLIND_FOR:
        return episode, Beat.NOTHING
    return None, Beat.NOTHING if episode.fired_at is None else Beat.CLOSED_UNKNOWN


def _opened(taking: Taking, value: float) -> Episode:
    return Episode(
        alert_id=alert_id(taking.rule.name, taking.subject.label, taking.level.quantity, taking.at),
        subject=taking.subject,
        since=taking.at,
        not_before=taking.not_before,
        lasted=timedelta(0),
        read_at=taking.at,
        side=Side.WRONG,
        value=value,
        worst=value,
    )


def _pending(episode: Episode, taking: Taking, side: Side, value: float) -> tuple[Episode | None, Beat]:
    if side is Side.GOOD:
        return None, Beat.UNDONE
    apart = taking.at - episode.read_at
    counts = side is Side.WRONG and episode.side is Side.WRONG and apart <= taking.interval * GAP
    lasted = episode.lasted + apart if counts else episode.lasted
    read = _read(replace(episode, lasted=lasted), taking, side, value)
    return _fire_when_due(read, taking) if side is Side.WRONG else (read, Beat.NOTHING)


def _fire_when_due(episode: Episode, taking: Taking) -> tuple[Episode, Beat]:
    if not is_met(episode.lasted, taking.rule.lasting):
        return episode, Beat.NOTHING
    return replace(episode, fired_at=taking.at, last_told=taking.at), Beat.FIRED


def _firing(episode: Episode, taking: Taking, side: Side, value: float) -> tuple[Episode | None, Beat]:
    read = _read(episode, taking, side, value)
    if side is Side.GOOD:
        good_since = episode.good_since or taking.at
        if is_met(taking.at - good_since, taking.level.keep_firing_for):
            return replace(read, good_since=good_since), Beat.RESOLVED
        return replace(read, good_since=good_since), Beat.NOTHING
    calm = replace(read, good_since=None)
    again = taking.rule.repeat_interval
    if side is Side.WRONG and again is not None and taking.at - (episode.last_told or taking.at) >= again:
        return replace(calm, last_told=taking.at), Beat.REPEATED
    return calm, Beat.NOTHING


def _read(episode: Episode, taking: Taking, side: Side, value: float) -> Episode:
    worse = value < episode.worst if taking.level.below is not None else value > episode.worst
    return replace(
        episode,
        subject=taking.subject,
        read_at=taking.at,
        side=side,
        value=value,
        worst=value if worse else episode.worst,
    )
