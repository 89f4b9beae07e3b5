"""Levels: every reading of a poll held against every threshold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from watcher.alerts.alert import Alert, Status
from watcher.catalog.names import Kind, ModelId
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.edges.clauses import reading_variables
from watcher.judgement.edges.spells import spell
from watcher.judgement.knowledge.scope import in_scope
from watcher.judgement.knowledge.subjects import Slugs
from watcher.judgement.levels.details import with_details
from watcher.judgement.levels.episodes import Beat, Taking, advance, closed_when_blind
from watcher.judgement.levels.occasions import Occasion
from watcher.judgement.state import State
from watcher.rules.episodes import Episode, EpisodeKey
from watcher.rules.level import Level, Side
from watcher.rules.rule import Rule
from watcher.rules.subject import Subject

PRICE_DIGITS = Decimal("1e-15")
LARGE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """The episodes after a poll, the alerts of those that fired or ended, and what was dropped."""

    episodes: Mapping[EpisodeKey, Episode]
    alerts: tuple[Alert, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()


def listen(
    state: State, rules: Iterable[Rule], occasions: Iterable[Occasion], slugs: Slugs, now: datetime
) -> Listened:
    """Advance every episode by what a poll's sources read; without any only time can close one."""
    levels = {rule.name: (rule, level) for rule in rules for level in rule.levels}
    heard = dict(state.episodes)
    beats: list[tuple[EpisodeKey, Episode, Beat]] = []
    suppressed: list[Suppressed] = []
    for occasion in occasions:
        for rule, level in levels.values():
            if not occasion.speaks_of(level):
                continue
            for taking in _takings(state, rule, level, occasion, slugs):
                key = EpisodeKey(rule.name, taking.subject.uid)
                _take(heard, key, taking, beats, suppressed)
                if key not in state.episodes and taking.value is None:
                    suppressed.extend(_refused(taking, occasion, slugs))
    for key, episode, beat in _ended(state, heard, levels, now):
        heard.pop(key)
        beats.append((key, episode, beat))
    if not beats and not suppressed and heard == state.episodes:
        return Listened(episodes=state.episodes)
    alerts, inhibited = _inhibit(heard, beats, levels, now)
    return Listened(
        episodes=heard,
        alerts=tuple(with_details(alert, state, slugs) for alert in alerts),
        suppressed=(*suppressed, *inhibited),
    )


def _takings(state: State, rule: Rule, level: Level, occasion: Occasion, slugs: Slugs) -> Iterator[Taking]:
    prefix = state.episodes
    for subject, value in occasion.readings(state, level, slugs):
        known = EpisodeKey(rule.name, subject.uid) in prefix
        if not known and level.side_of(value) is not Side.WRONG:
            continue
        if not in_scope(rule, subject, state):
            continue
        yield Taking(
            rule=rule,
            level=level,
            subject=subject,
            value=value if known or _clause_holds(state, rule, level, subject, value) else None,
            at=occasion.at,
            not_before=occasion.not_before,
            interval=occasion.interval,
        )


def _clause_holds(state: State, rule: Rule, level: Level, subject: Subject, value: float | None) -> bool:
    if rule.where is None or value is None:
        return True
    return rule.where(reading_variables(state, subject, level.quantity, value)) is True


def _refused(taking: Taking, occasion: Occasion, slugs: Slugs) -> Iterator[Suppressed]:
    """Yield that the clause stopped a reading, when it turned wrong: not again at every poll."""
    subject, level, where = taking.subject, taking.level, taking.rule.where
    asked = frozenset() if subject.model is None else frozenset([ModelId(subject.model)])
    earlier = replace(occasion, answered=asked).readings(occasion.before, level, slugs)
    last = (value for one, value in earlier if one.uid == subject.uid)
    if where is not None and not any(level.side_of(value) is Side.WRONG for value in last):
        yield Suppressed(
            at=taking.at,
            gate=Gate.WHERE,
            rule=taking.rule.name,
            subject=subject.label,
            field=level.quantity,
            reason=f"where is not true: {where.source}",
        )


def _take(
    heard: dict[EpisodeKey, Episode],
    key: EpisodeKey,
    taking: Taking,
    beats: list[tuple[EpisodeKey, Episode, Beat]],
    suppressed: list[Suppressed],
) -> None:
    before = heard.get(key)
    after, beat = advance(before, taking)
    if after is None or beat is Beat.RESOLVED:
        heard.pop(key, None)
    else:
        heard[key] = after
    told = after or before
    if beat is Beat.UNDONE and before is not None:
        suppressed.append(_undone(key, before, taking))
    elif beat is not Beat.NOTHING and told is not None:
        beats.append((key, told, beat))


def _undone(key: EpisodeKey, episode: Episode, taking: Taking) -> Suppressed:
    lasted, wanted, worst = episode.lasted, taking.rule.lasting, _written(episode.worst)
    return Suppressed(
        at=taking.at,
        gate=Gate.HELD_UNDONE,
        rule=key.rule,
        subject=episode.subject.label,
        field=taking.level.quantity,
        reason=f"was wrong for {spell(lasted)} of {spell(wanted)}, worst {worst}, then recovered",
    )


def _ended(
    state: State,
    heard: Mapping[EpisodeKey, Episode],
    levels: Mapping[str, tuple[Rule, Level]],
    now: datetime,
) -> list[tuple[EpisodeKey, Episode, Beat]]:
    """Return the episodes whose subject is gone, or of which nothing was known for a day."""
    ended = []
    for key, episode in heard.items():
        if key.rule not in levels:
            continue
        model = state.models.get(ModelId(episode.subject.model or ""))
        if model is not None and model.gone:
            ended.append((key, episode, Beat.CLOSED_GONE if episode.fired_at else Beat.NOTHING))
        elif closed_when_blind(episode, now)[0] is None:
            ended.append((key, episode, closed_when_blind(episode, now)[1]))
    return ended


def _inhibit(
    heard: dict[EpisodeKey, Episode],
    beats: Iterable[tuple[EpisodeKey, Episode, Beat]],
    levels: Mapping[str, tuple[Rule, Level]],
    now: datetime,
) -> tuple[list[Alert], list[Suppressed]]:
    """Return the alerts of the beats; an endpoint's outage is explained by its model's or its provider's.

    One that outlives what explained it is told then.
    """
    ours = {key: episode for key, episode in heard.items() if key.rule in levels}
    firing = {
        (episode.subject.kind, episode.subject.uid)
        for episode in ours.values()
        if episode.fired_at is not None
    }
    for key, episode in ours.items():
        if episode.inhibited and episode.side is Side.WRONG and not _causes(episode) & firing:
            heard[key] = replace(episode, inhibited=False)
            beats = (*beats, (key, heard[key], Beat.FIRED))
    alerts: list[Alert] = []
    inhibited: list[Suppressed] = []
    for key, episode, beat in beats:
        if beat is Beat.NOTHING:
            continue
        rule, level = levels[key.rule]
        subject = episode.subject
        causes = _causes(episode) & firing
        if beat is Beat.FIRED and causes:
            heard[key] = replace(episode, inhibited=True)
            cause = min(str(uid) for _, uid in causes)
            inhibited.append(
                Suppressed(
                    at=now,
                    gate=Gate.INHIBITED,
                    rule=key.rule,
                    subject=subject.label,
                    field=level.quantity,
                    reason=f"{cause} is down as a whole",
                )
            )
        elif not episode.inhibited:
            alerts.append(_alert(rule, level, episode, beat, now))
    return alerts, inhibited


def _causes(episode: Episode) -> set[tuple[Kind, str | None]]:
    """Return whose outages would explain this one."""
    subject = episode.subject
    if subject.kind is not Kind.ENDPOINT:
        return set()
    return {(Kind.MODEL, subject.model), (Kind.PROVIDER, subject.provider)}


def _alert(rule: Rule, level: Level, episode: Episode, beat: Beat, now: datetime) -> Alert:
    subject = episode.subject
    ended = beat not in (Beat.FIRED, Beat.REPEATED)
    return Alert(
        id=episode.alert_id,
        rule=rule.name,
        severity=rule.severity,
        status=Status.RESOLVED if ended else Status.FIRING,
        event=level.event,
        subject=subject.label,
        model=subject.model,
        provider=subject.provider,
        endpoint=subject.endpoint,
        field=level.quantity,
        new=_shown(level, episode.value),
        at=episode.since,
        not_before=episode.not_before,
        told_at=now,
        context=_context(rule, level, episode, beat, now),
        reasons=_reasons(rule, level, episode),
        is_level=True,
    )


def _shown(level: Level, value: float) -> object:
    if level.quantity.startswith("pricing."):
        return f"{Decimal(repr(value)).quantize(PRICE_DIGITS).normalize():f}"
    return value


def _context(rule: Rule, level: Level, episode: Episode, beat: Beat, now: datetime) -> dict[str, object]:
    context: dict[str, object] = {
        "below": level.below,
        "above": level.above,
        "for_seconds": rule.lasting.total_seconds(),
        "worst": episode.worst,
        "lasted_seconds": ((episode.good_since or now) - episode.since).total_seconds(),
        "window": level.quantity.partition("_")[2],
    }
    if beat in (Beat.CLOSED_UNKNOWN, Beat.CLOSED_GONE):
        context["closed"] = beat.value
    if beat is Beat.REPEATED:
        context["kind"] = "reminder"
    return {name: value for name, value in context.items() if value not in (None, "")}


def _reasons(rule: Rule, level: Level, episode: Episode) -> tuple[str, ...]:
    side, limit = ("below", level.below) if level.below is not None else ("above", level.above)
    threshold = f"{side} {_written(limit or 0.0)}"
    worst = _written(episode.worst)
    return (
        f"{level.quantity} is {threshold} since {episode.since:%Y-%m-%d %H:%M} UTC, worst {worst}",
        f"known to be so for {spell(episode.lasted)}; `for` asks {spell(rule.lasting)}",
    )


def _written(value: float) -> str:
    """Return a reading or threshold, large ones with every digit that counts."""
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:g}"
