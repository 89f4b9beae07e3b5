"""Anchoring: whether a difference matters to a rule, and lasts.

For each (rule, subject, fact) that moved or waits, the present value is weighed against the anchor. See
``watcher.rules.anchors`` for what the one mechanism gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.edges.cases import Case, Telling
from watcher.judgement.edges.introductions import is_introduced
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.present import Observed, present_fact
from watcher.judgement.knowledge.scope import in_scope
from watcher.judgement.state import State
from watcher.rules.anchors import Anchor, AnchorKey, Pending
from watcher.rules.patience import is_met
from watcher.rules.rule import Rule
from watcher.rules.watch import ABSENT, FREE, MEMBERSHIP, Newcomer, Verdict, Watch

SETTLE = timedelta(hours=1)
"""How long at least a move that a rule does not tell must last to become what the next is measured from."""
COMINGS = frozenset({MEMBERSHIP, FREE})
ENDING = COMINGS | {"disabled", "deranked", "hidden"}
"""Facts whose end is told where their beginning was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What to remember (None: the anchor is the present value), what to tell, and what was dropped."""

    anchor: Anchor | None
    telling: Telling | None = None
    dropped: tuple[Gate, str] | None = None


Clause = Callable[[Telling], bool | None]
"""Says whether a rule's ``where`` holds for a telling; None when it needs something unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The anchors after a poll, the tellings, and what was dropped."""

    anchors: Mapping[AnchorKey, Anchor]
    tellings: tuple[Telling, ...]
    suppressed: tuple[Suppressed, ...]


def judge(
    state: State,
    rules: Iterable[Rule],
    moves: Iterable[Move],
    observed: Observed,
    *,
    at: datetime,
    holds: Clause,
) -> Judged:
    """Weigh every move and every difference that this poll says something about."""
    rules = tuple(rules)
    cases = _cases(state, rules, moves, at)
    waiting = _waiting(state, {rule.name: rule for rule in rules}, observed, at)
    cases = {**{key: case for key, case in waiting if key not in cases}, **cases}
    if not cases:
        return Judged(anchors=state.anchors, tellings=(), suppressed=())
    anchors = dict(state.anchors)
    tellings: list[Telling] = []
    suppressed: list[Suppressed] = []
    for key, case in cases.items():
        weighed = weigh(anchors.get(key), case, holds)
        if weighed.anchor is None:
            anchors.pop(key, None)
        else:
            anchors[key] = weighed.anchor
        if weighed.telling is not None:
            tellings.append(weighed.telling)
        if weighed.dropped is not None:
            suppressed.append(_dropped(case, *weighed.dropped))
    return Judged(anchors=anchors, tellings=tuple(tellings), suppressed=tuple(suppressed))


def _cases(
    state: State, rules: tuple[Rule, ...], moves: Iterable[Move], at: datetime
) -> dict[AnchorKey, Case]:
    cases: dict[AnchorKey, Case] = {}
    for move in moves:
        for rule, watch in _following(rules, move):
            if not is_introduced(rule.name, move, state.introduced) or not in_scope(
                rule, move.subject, state
            ):
                continue
            key = AnchorKey(rule.name, move.subject.uid, move.field)
            cases[key] = Case(
                rule=rule,
                watch=watch,
                subject=move.subject,
                field=move.field,
                old=cases[key].old if key in cases else move.old,
                new=move.new,
                at=at,
                since=move.at,
                not_before=move.not_before,
                newcomer=move.newcomer,
                was_by=move.was_by,
            )
    return cases


def _following(rules: tuple[Rule, ...], move: Move) -> Iterator[tuple[Rule, Watch]]:
    for rule in rules:
        for watch in rule.watches:
            if watch.kind is move.subject.kind and watch.follows(move.field):
                yield rule, watch


def _waiting(
    state: State, rules: Mapping[str, Rule], observed: Observed, at: datetime
) -> Iterator[tuple[AnchorKey, Case]]:
    """Yield the differences that wait, or that may matter now because a parameter of the rule changed."""
    for key, anchor in state.anchors.items():
        if key.rule not in rules or not observed.covers(anchor.subject, key.field):
            continue
        rule, subject = rules[key.rule], anchor.subject
        watch = next((w for w in rule.watches if w.kind is subject.kind and w.follows(key.field)), None)
        if watch is None or not in_scope(rule, subject, state):
            continue
        present, pending = present_fact(state, subject, key.field), anchor.pending
        if pending is None and (key.field in COMINGS or present in (None, anchor.value)):
            continue
        yield (
            key,
            Case(
                rule=rule,
                watch=watch,
                subject=subject,
                field=key.field,
                old=present,
                new=present,
                at=at,
                since=at if pending is None else pending.since,
                not_before=None if pending is None else pending.not_before,
            ),
        )


def weigh(anchor: Anchor | None, case: Case, holds: Clause) -> Weighed:
    """Weigh one fact against its anchor."""
    if case.new is None:
        known = anchor or (
            None if case.old is None else Anchor(subject=case.subject, value=case.old, offered_by=case.was_by)
        )
        return Weighed(anchor=known)
    anchor = _settled(anchor, case)
    start = anchor.value if anchor is not None else case.old
    if start is None or (anchor is None and case.newcomer and case.watch.newcomer is Newcomer.ANCHOR):
        return Weighed(anchor=None)
    base = replace(
        anchor or Anchor(subject=case.subject, value=start, offered_by=case.was_by), subject=case.subject
    )
    match _verdict(base, case):
        case Verdict.SAME:
            return _undone(base, case)
        case Verdict.WANTED:
            return _wanted(base, case, holds)
        case _:
            return _unwanted(base, case)


def _settled(anchor: Anchor | None, case: Case) -> Anchor | None:
    """Return the anchor after an absence that is not told has lasted long enough to be the new start.

    Any other move must be seen to last, as one that is told must (see ``_unwanted``): what one poll showed
    and the next took back is no new start, however far apart they were.
    """
    if anchor is None or anchor.pending is None or anchor.pending.wanted or case.old is None:
        return anchor
    settle = case.watch.settle
    if settle is None or not is_met(case.at - anchor.pending.since, settle):
        return anchor
    return Anchor(subject=anchor.subject, value=case.old)


def _settle_time(case: Case) -> timedelta:
    return case.watch.settle if case.watch.settle is not None else max(case.rule.lasting, SETTLE)


def _verdict(anchor: Anchor, case: Case) -> Verdict:
    if anchor.value == case.new:
        return Verdict.SAME
    verdict = case.watch.compare(case.field, anchor.value, case.new)
    if verdict is Verdict.RETURN:
        return Verdict.WANTED if anchor.spoken else Verdict.UNWANTED
    return verdict


def _undone(anchor: Anchor, case: Case) -> Weighed:
    calm = replace(anchor, pending=None)
    spoken_coming = anchor.spoken and case.field in ENDING
    is_first_sight = anchor.value == ABSENT and not anchor.spoken
    differs = anchor.value != case.new and not is_first_sight
    kept = calm if differs or spoken_coming else None
    if anchor.pending is None:
        return Weighed(anchor=kept)
    gate = Gate.FLAP if case.field in COMINGS else Gate.HELD_UNDONE
    if not anchor.pending.wanted and gate is Gate.HELD_UNDONE:
        return Weighed(anchor=kept)
    since = anchor.pending.since
    return Weighed(
        anchor=kept, dropped=(gate, f"differed since {since:%Y-%m-%d %H:%M}, undone before it was told")
    )


def _wanted(anchor: Anchor, case: Case, holds: Clause) -> Weighed:
    was = anchor.pending
    pending = was if was is not None and was.wanted else _pending(case, wanted=True)
    if not is_met(case.at - pending.since, _lasting(anchor, case)):
        return Weighed(anchor=replace(anchor, pending=pending))
    telling = Telling(
        rule=case.rule,
        watch=case.watch,
        subject=case.subject,
        field=case.field,
        old=anchor.value,
        new=case.new,
        since=pending.since,
        not_before=pending.not_before,
        was_by=anchor.offered_by,
        is_return=case.watch.compare(case.field, anchor.value, case.new) is Verdict.RETURN,
    )
    if case.rule.where is not None and holds(telling) is not True:
        failed = replace(anchor, pending=replace(pending, where_failed=True))
        reason = f"where is not true: {case.rule.where.source}"
        return Weighed(anchor=failed, dropped=None if pending.where_failed else (Gate.WHERE, reason))
    told = Anchor(subject=case.subject, value=case.new, spoken=True)
    return Weighed(anchor=told if case.field in ENDING else None, telling=telling)


def _lasting(anchor: Anchor, case: Case) -> timedelta:
    if case.watch.newcomer_at_once and anchor.value == ABSENT:
        return timedelta(0)
    if case.watch.slow_value is not None and case.new == case.watch.slow_value:
        return max(case.rule.lasting, case.watch.slow_for)
    return case.rule.lasting


def _unwanted(anchor: Anchor, case: Case) -> Weighed:
    was = anchor.pending
    pending = was if was is not None and not was.wanted else _pending(case, wanted=False)
    if is_met(case.at - pending.since, _settle_time(case)):
        return Weighed(anchor=None)
    return Weighed(anchor=replace(anchor, pending=pending))


def _pending(case: Case, *, wanted: bool) -> Pending:
    return Pending(since=case.since, not_before=case.not_before, wanted=wanted)


def _dropped(case: Case, gate: Gate, reason: str) -> Suppressed:
    return Suppressed(
        at=case.at,
        gate=gate,
        rule=case.rule.name,
        subject=case.subject.label,
        field=None if case.field in COMINGS else case.field,
        reason=reason,
    )
