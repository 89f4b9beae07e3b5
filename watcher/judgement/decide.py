"""``decide``: from what was known and what was seen to all that follows, as one pure function."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from watcher.alerts.stillness import kept_still
from watcher.alerts.troubles import Troubles
from watcher.catalog.sheets import Seen
from watcher.judgement.belief.schema import learnt
from watcher.judgement.belief.taken import Moment
from watcher.judgement.decision import Decision
from watcher.judgement.edges.echoes import without_echoes
from watcher.judgement.edges.edges import watch_edges
from watcher.judgement.edges.introductions import having_seen, introducing
from watcher.judgement.edges.measures import measured
from watcher.judgement.edges.policy_echoes import without_policy_echoes
from watcher.judgement.edges.restlessness import next_line
from watcher.judgement.intake.absorb import Absorbed, absorb
from watcher.judgement.intake.set_back import not_ahead
from watcher.judgement.knowledge.faded import remember
from watcher.judgement.knowledge.moves import recorded
from watcher.judgement.knowledge.subjects import slugs_in
from watcher.judgement.levels.levels import listen
from watcher.judgement.levels.occasions import occasions
from watcher.judgement.routing import route
from watcher.judgement.state import State
from watcher.judgement.troubles.troubles import look_after
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
    absorbed = _absorbed(before, seen, rulebook, now)
    slugs = slugs_in(absorbed.state)
    heard = without_echoes(before, absorbed.state, absorbed.moves)
    edges = watch_edges(
        before, absorbed.state, rulebook.rules, heard.moves, absorbed.observed, slugs=slugs, now=now
    )
    read = occasions(before, absorbed.state, absorbed.observed, now, rulebook.intervals)
    levels = listen(absorbed.state, rulebook.rules, read, slugs, now)
    heeding = replace(absorbed.state, episodes=levels.episodes)
    ailing = look_after(before, heeding, rulebook, heard.moves, absorbed.refused, troubles=troubles, now=now)
    remembered = remember(ailing.state.faded, heard.moves, ailing.state)
    after = replace(
        ailing.state,
        faded=remembered.faded,
        anchors=edges.anchors,
        told_elsewhere=edges.told_elsewhere,
        restless=edges.restless,
        introduced=having_seen(ailing.state.introduced, absorbed.observed),
    )
    alerts = (*edges.alerts, *levels.alerts, *ailing.alerts)
    routed = route(before, after, alerts, rulebook, now)
    suppressed = (
        *absorbed.suppressed,
        *learnt(heard.moves),
        *heard.suppressed,
        *edges.suppressed,
        *levels.suppressed,
        *routed.suppressed,
    )
    stillness, quiet = kept_still(
        before.stillness,
        rulebook.receivers,
        (notification.receiver for notification in routed.notifications),
        polls=seen is not None,
        alerts=len(alerts),
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
        next_due=_earliest(routed.next_due, next_line(edges.restless)),
    )


def _absorbed(before: State, seen: Seen | None, rulebook: Rulebook, now: datetime) -> Absorbed:
    """Return what a poll comes to, each policy's flip where its cause is."""
    last = {surface: health.believed_at for surface, health in before.surfaces.items()}
    moment = Moment(at=now, confirm_after=rulebook.confirm_after, last=last, intervals=rulebook.intervals)
    absorbed = absorb(before, seen, moment)
    policies = without_policy_echoes(before, absorbed.state, absorbed.moves, moment)
    return replace(
        absorbed,
        state=measured(before, policies.state, absorbed.moves, absorbed.observed),
        moves=policies.moves,
        suppressed=(*absorbed.suppressed, *policies.suppressed),
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


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
