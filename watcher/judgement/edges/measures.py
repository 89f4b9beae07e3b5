"""Measures: what a fact is measured from when another source begins to say it.

Passing from one source to another is no news. What waits goes on where the two measure the same; what the
source before told last is what the next is measured from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from watcher.catalog.names import Kind, ModelId, Surface
from watcher.catalog.policy import POLICY_FIELDS
from watcher.judgement.knowledge.books import has_no_book, leading
from watcher.judgement.knowledge.listed_facts import listed_facts
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.present import Observed, is_offered, present_fact
from watcher.judgement.state import State
from watcher.rules.anchors import Anchor, AnchorKey
from watcher.rules.subject import Subject
from watcher.rules.watch import LISTED, PRICING

Anchors = Mapping[AnchorKey, Anchor]


def measured(before: State, after: State, moves: Iterable[Move], observed: Observed) -> State:
    """Return the state after a poll with the anchors that its moves are to be weighed against."""
    state = replace(after, anchors=rebased(before, after, moves))
    if has_no_book(after) and not has_no_book(before):
        return replace(state, anchors={**_standing_in(before, after), **state.anchors})
    return _taken_back(state, observed)


def rebased(before: State, after: State, moves: Iterable[Move]) -> Mapping[AnchorKey, Anchor]:
    """Return the anchors without those of facts that differ only because another source says them now.

    Where the two sources agree an anchor measures on: what waited for its time is told all the same.
    """
    moved = {(move.subject.uid, move.field) for move in moves}
    lost = {
        key
        for key, anchor in after.anchors.items()
        if (key.uid, key.field) not in moved
        and _is_said_by_another(before, after, anchor.subject, key.field)
        and present_fact(before, anchor.subject, key.field) != present_fact(after, anchor.subject, key.field)
    }
    return (
        {key: anchor for key, anchor in after.anchors.items() if key not in lost} if lost else after.anchors
    )


def _is_said_by_another(before: State, after: State, subject: Subject, field: str) -> bool:
    """Tell whether a fact may have another source now: a listed price has when another endpoint leads."""
    if field.startswith(LISTED):
        return True
    is_fact = subject.kind is Kind.ENDPOINT and field not in POLICY_FIELDS
    is_offer = subject.kind is Kind.MODEL and is_offered(field)
    return (is_fact or is_offer) and leading(before, subject.model) is not leading(after, subject.model)


def _standing_in(before: State, after: State) -> Anchors:
    """Return the anchors of listed prices that measure what the cheapest offers did till now: they go on."""
    found: dict[AnchorKey, Anchor] = {}
    for key, anchor in after.anchors.items():
        if anchor.subject.kind is not Kind.MODEL or not key.field.startswith(PRICING):
            continue
        name = LISTED + key.field.removeprefix(PRICING)
        if present_fact(after, anchor.subject, key.field) in _listed(before, after, key.uid, name):
            found[AnchorKey(key.rule, key.uid, name)] = anchor
    return found


def _listed(before: State, after: State, model: str, field: str) -> set[object]:
    """Return what a model's row shows of a price, and what it showed when its endpoints answered last."""
    name = ModelId(model)
    tracked = after.models.get(name)
    shown = {price.prices.get(field) for price in before.listed.get(name, ())[:1]}
    now = None if tracked is None or tracked.gone else listed_facts(tracked.record).get(field)
    return (shown | {now}) - {None}


def _taken_back(state: State, observed: Observed) -> State:
    """Return the state once documented endpoints answer again: they go on from what was told of the same.

    Where they say just that, it is left for their own telling to be known as told before.
    """
    if Surface.ENDPOINTS in state.astray or has_no_book(state):
        return state
    back = {
        key: Anchor(subject=told.subject, value=told.value)
        for key, told in state.told_elsewhere.items()
        if told.is_same
        and observed.covers(told.subject, key.field)
        and present_fact(state, told.subject, key.field) not in (None, told.value)
    }
    if not back:
        return state
    left = {key: told for key, told in state.told_elsewhere.items() if key not in back}
    return replace(state, anchors={**state.anchors, **back}, told_elsewhere=left)
