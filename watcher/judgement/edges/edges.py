"""Edges: a poll's moves under every rule, from what differs to the alerts that are told now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.alerts.alert import Alert
from watcher.judgement.decision import Suppressed
from watcher.judgement.edges.anchoring import judge
from watcher.judgement.edges.cases import Telling
from watcher.judgement.edges.clauses import telling_variables
from watcher.judgement.edges.departures import begun
from watcher.judgement.edges.handover import hand_over
from watcher.judgement.edges.reminders import remind
from watcher.judgement.edges.restlessness import calm
from watcher.judgement.edges.returns import handed_over, not_told
from watcher.judgement.edges.schedules import prices_before_schedules
from watcher.judgement.edges.telling import alert_of
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.present import Observed
from watcher.judgement.knowledge.subjects import Slugs
from watcher.judgement.state import State, ToldElsewhere
from watcher.rules.anchors import Anchor, AnchorKey
from watcher.rules.episodes import EpisodeKey
from watcher.rules.restless import Restless
from watcher.rules.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """What is remembered of edges after a poll, the alerts that are told now, and what was dropped."""

    anchors: Mapping[AnchorKey, Anchor]
    told_elsewhere: Mapping[AnchorKey, ToldElsewhere]
    restless: Mapping[EpisodeKey, Restless]
    alerts: tuple[Alert, ...]
    suppressed: tuple[Suppressed, ...]


def watch_edges(
    before: State,
    after: State,
    rules: Sequence[Rule],
    moves: Iterable[Move],
    observed: Observed,
    *,
    slugs: Slugs,
    now: datetime,
) -> Edges:
    """Return what follows from the moves between two states, and from those that waited until now."""

    def holds(telling: Telling) -> bool | None:
        where = telling.rule.where
        return where is None or where(telling_variables(after, telling))

    judged = judge(after, rules, moves, observed, at=now, holds=holds)
    anchors = begun(judged.anchors, judged.tellings, rules)
    handed = hand_over(after, anchors, judged.tellings, observed)
    tellings = handed_over(prices_before_schedules(handed.tellings), rules, after)
    alerts = [(_whose(telling), alert_of(telling, before, after, slugs, now)) for telling in tellings]
    calmed = calm(before.restless, alerts, now)
    reminded = remind(after, rules, handed.anchors, now)
    return Edges(
        anchors=reminded.anchors,
        told_elsewhere=handed.told,
        restless=calmed.restless,
        alerts=(*calmed.alerts, *reminded.alerts),
        suppressed=(*not_told(judged.suppressed, tellings), *handed.suppressed),
    )


def _whose(telling: Telling) -> EpisodeKey:
    return EpisodeKey(telling.rule.name, telling.subject.uid)
