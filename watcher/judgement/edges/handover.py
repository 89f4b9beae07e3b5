"""Handing over: what one source told is not told again by the next.

While the documented book of endpoints is astray, another source tells of prices. What it told is remembered
by rule, subject and fact until the documented book answers for the subject again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from watcher.catalog.names import Kind, Surface
from watcher.catalog.policy import POLICY_FIELDS
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.edges.anchoring import Telling
from watcher.judgement.knowledge.books import has_no_book, leading
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.present import Observed, is_offered, present_fact
from watcher.judgement.state import State, ToldElsewhere
from watcher.rules.anchors import Anchor, AnchorKey
from watcher.rules.subject import Subject
from watcher.rules.watch import LISTED, Verdict, shown_field


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The anchors and what is remembered after a poll, the tellings left, and those that were told before."""

    anchors: Mapping[AnchorKey, Anchor]
    told: Mapping[AnchorKey, ToldElsewhere]
    tellings: tuple[Telling, ...]
    suppressed: tuple[Suppressed, ...] = ()


def hand_over(
    state: State, anchors: Mapping[AnchorKey, Anchor], tellings: Iterable[Telling], observed: Observed
) -> HandedOver:
    """Return the tellings without those that the source before told already.

    A listed price that still waits is forgotten as soon as endpoints are to be had: the two are no measure of
    each other.
    """
    tellings = tuple(tellings)
    alone = has_no_book(state)
    if not alone and any(key.field.startswith(LISTED) for key in anchors):
        anchors = {key: anchor for key, anchor in anchors.items() if not key.field.startswith(LISTED)}
    if alone or Surface.ENDPOINTS in state.astray:
        return HandedOver(anchors=anchors, told=_remembering(state, tellings, alone=alone), tellings=tellings)
    if not state.told_elsewhere:
        return HandedOver(anchors=anchors, told=state.told_elsewhere, tellings=tellings)
    told = dict(state.told_elsewhere)
    left: list[Telling] = []
    dropped: list[Suppressed] = []
    for telling in tellings:
        before = told.pop(_key(telling), None)
        if before is None:
            left.append(telling)
        elif before.is_listed or _is_the_same(telling, before):
            dropped.append(_dropped(telling))
        else:
            left.append(replace(telling, old=before.value))
    told = {
        key: before
        for key, before in told.items()
        if key in anchors or not observed.covers(before.subject, key.field)
    }
    return HandedOver(anchors=anchors, told=told, tellings=tuple(left), suppressed=tuple(dropped))


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


def _remembering(
    state: State, tellings: Iterable[Telling], *, alone: bool
) -> Mapping[AnchorKey, ToldElsewhere]:
    fresh = {
        _key(telling): ToldElsewhere(subject=telling.subject, value=telling.new, is_listed=alone)
        for telling in tellings
        if (telling.field.startswith(LISTED) if alone else _is_of_endpoints(state, telling))
    }
    return {**state.told_elsewhere, **fresh} if fresh else state.told_elsewhere


def _is_of_endpoints(state: State, telling: Telling) -> bool:
    """Tell whether the documented book, which is astray, would tell the same when it is back."""
    is_fact = telling.subject.kind is Kind.ENDPOINT and telling.field not in POLICY_FIELDS
    is_offer = telling.subject.kind is Kind.MODEL and is_offered(telling.field)
    return (is_fact or is_offer) and telling.subject.model in state.endpoints


def _is_the_same(telling: Telling, before: ToldElsewhere) -> bool:
    """Tell whether the rule would tell nothing on the way from what was told elsewhere."""
    if before.value == telling.new:
        return True
    return telling.watch.compare(telling.field, before.value, telling.new) is not Verdict.WANTED


def _key(telling: Telling) -> AnchorKey:
    return AnchorKey(telling.rule.name, telling.subject.uid, shown_field(telling.field))


def _dropped(telling: Telling) -> Suppressed:
    return Suppressed(
        at=telling.since,
        gate=Gate.OTHER_SOURCE,
        rule=telling.rule.name,
        subject=telling.subject.label,
        field=shown_field(telling.field),
        reason="told before, by the source that stood in while the endpoints were not to be had",
    )
