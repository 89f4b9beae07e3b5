"""``decide``: from what was known and what was seen to all that follows, as one pure function."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from watcher.alerts.alert import Alert
from watcher.alerts.stillness import kept_still
from watcher.alerts.troubles import Troubles
from watcher.catalog.names import Kind
from watcher.catalog.sheets import Seen
from watcher.judgement.belief.schema import learnt, schema_changes
from watcher.judgement.belief.taken import Moment
from watcher.judgement.belief.thinning import settled
from watcher.judgement.decision import Decision
from watcher.judgement.edges.anchoring import Telling, judge
from watcher.judgement.edges.clauses import telling_variables
from watcher.judgement.edges.departures import begun
from watcher.judgement.edges.echoes import without_echoes
from watcher.judgement.edges.handover import hand_over, rebased
from watcher.judgement.edges.introductions import having_seen, introducing
from watcher.judgement.edges.policy_echoes import without_policy_echoes
from watcher.judgement.edges.reminders import remind
from watcher.judgement.edges.restlessness import calm, next_line
from watcher.judgement.edges.returns import handed_over, not_told
from watcher.judgement.edges.schedules import prices_before_schedules
from watcher.judgement.edges.telling import alert_of
from watcher.judgement.intake.absorb import absorb
from watcher.judgement.intake.set_back import not_ahead
from watcher.judgement.knowledge.books import all_offers
from watcher.judgement.knowledge.faded import remember
from watcher.judgement.knowledge.moves import recorded
from watcher.judgement.knowledge.subjects import Slugs, slugs_in
from watcher.judgement.levels.levels import listen
from watcher.judgement.levels.occasions import occasions
from watcher.judgement.routing import route
from watcher.judgement.state import State
from watcher.judgement.troubles.blindness import watch_surfaces
from watcher.judgement.troubles.news import alerts_of, news_of
from watcher.judgement.troubles.unwell import watch_troubles
from watcher.rules.episodes import EpisodeKey
from watcher.rules.rulebook import Rulebook

NO_TROUBLES: Troubles = {}


def decide(
    state: State,
    seen: Seen | None,
    rulebook: Rulebook,
    now: datetime,
    *,
    troubles: Troubles = NO_TROUBLES,
) -> Decision:
    """Return all that follows from what was seen at ``now`` (None: only time passed).

    Pure: the same arguments give the same decision, in the daemon, ``once``, ``backtest``, ``explain`` and
    the tests alike. ``now`` is the poll's own time where there is one (aware UTC). ``troubles`` are what
    delivery has with targets now, and we with our own machine. A clock that was set back holds nothing up.
    """
    before = not_ahead(_for_rules(state, rulebook), now)
    last = {surface: health.believed_at for surface, health in before.surfaces.items()}
    moment = Moment(at=now, confirm_after=rulebook.confirm_after, last=last, intervals=rulebook.intervals)
    absorbed = absorb(before, seen, moment)
    policies = without_policy_echoes(absorbed.state, absorbed.moves, moment)
    anchors = rebased(before, policies.state, absorbed.moves)
    absorbed = replace(
        absorbed,
        state=replace(policies.state, anchors=anchors),
        moves=policies.moves,
        suppressed=(*absorbed.suppressed, *policies.suppressed),
    )
    slugs = slugs_in(absorbed.state)
    heard = without_echoes(before, absorbed.state, absorbed.moves)

    def holds(telling: Telling) -> bool | None:
        where = telling.rule.where
        return where is None or where(telling_variables(absorbed.state, telling))

    judged = judge(absorbed.state, rulebook.rules, heard.moves, absorbed.observed, at=now, holds=holds)
    read = occasions(before, absorbed.state, absorbed.observed, now, rulebook.intervals)
    levels = listen(absorbed.state, rulebook.rules, read, slugs, now)
    episodes, blind = watch_surfaces(absorbed.state, levels.episodes, rulebook.rules, now)
    episodes, unwell = watch_troubles(episodes, rulebook.rules, troubles, now)
    anchors = begun(judged.anchors, judged.tellings, rulebook.rules)
    handed = hand_over(absorbed.state, anchors, judged.tellings, absorbed.observed)
    tellings = prices_before_schedules(handed.tellings)
    tellings = handed_over(tellings, rulebook.rules, absorbed.state)
    calmed = calm(before.restless, _edges(tellings, before, absorbed.state, slugs, now), now)
    drift = schema_changes(heard.moves, _sizes(absorbed.state))
    aware, drift = settled(absorbed.state, drift, now, rulebook.confirm_after)
    news = news_of(before, aware, rulebook.rules, drift, absorbed.refused, now=now)
    reminded = remind(absorbed.state, rulebook.rules, handed.anchors, now)
    alerts = (
        *calmed.alerts,
        *reminded.alerts,
        *alerts_of(news, rulebook.rules, now),
        *levels.alerts,
        *blind,
        *unwell,
    )
    remembered = remember(aware.faded, heard.moves, aware)
    after = replace(
        aware,
        faded=remembered.faded,
        anchors=reminded.anchors,
        told_elsewhere=handed.told,
        episodes=episodes,
        restless=calmed.restless,
        introduced=having_seen(aware.introduced, absorbed.observed),
    )
    routed = route(before, after, alerts, rulebook, now)
    suppressed = (
        *absorbed.suppressed,
        *learnt(heard.moves),
        *heard.suppressed,
        *not_told(judged.suppressed, tellings),
        *handed.suppressed,
        *levels.suppressed,
        *routed.suppressed,
    )
    stillness, quiet = kept_still(
        before.stillness,
        rulebook.receivers,
        (notification.receiver for notification in routed.notifications),
        polls=seen is not None,
        gates=(str(item.gate) for item in suppressed),
        now=now,
    )
    return Decision(
        state=replace(routed.state, stillness=stillness),
        changes=tuple(recorded(move) for move in remembered.changes),
        alerts=alerts,
        notifications=(*routed.notifications, *quiet),
        suppressed=suppressed,
        refused=absorbed.refused,
        next_due=_earliest(routed.next_due, next_line(calmed.restless)),
    )


def _for_rules(state: State, rulebook: Rulebook) -> State:
    """Return the state without what belonged to rules that are no more; their alerts close unsent."""
    names = frozenset(rule.name for rule in rulebook.rules)
    if names == state.rules:
        return state
    return replace(
        introducing(state, names),
        rules=names,
        anchors={key: anchor for key, anchor in state.anchors.items() if key.rule in names},
        told_elsewhere={key: told for key, told in state.told_elsewhere.items() if key.rule in names},
        episodes={key: episode for key, episode in state.episodes.items() if key.rule in names},
        restless={key: entry for key, entry in state.restless.items() if key.rule in names},
        groups={key: group for key, group in state.groups.items() if key.rule in names},
    )


def _edges(
    tellings: Iterable[Telling], before: State, after: State, slugs: Slugs, now: datetime
) -> list[tuple[EpisodeKey, Alert]]:
    return [
        (EpisodeKey(telling.rule.name, telling.subject.uid), alert_of(telling, before, after, slugs, now))
        for telling in tellings
    ]


def _sizes(state: State) -> dict[Kind, int]:
    return {
        Kind.MODEL: sum(not tracked.gone for tracked in state.models.values()),
        Kind.ENDPOINT: sum(not tracked.gone for _, known in all_offers(state) for tracked in known.values()),
        Kind.PROVIDER: max(len(state.policies), len(state.providers)),
        Kind.CATALOG: 1,
    }


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
