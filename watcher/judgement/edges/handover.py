"""Handing over: what one source told is not told again by the next.

While the documented book of endpoints is astray, another source tells of prices. What it told is remembered
by rule, subject and fact until the documented book answers for the subject again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from watcher.catalog.names import Kind, Surface
from watcher.catalog.policy import POLICY_FIELDS
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.edges.cases import Telling
from watcher.judgement.knowledge.books import has_no_book
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
        again = tuple(telling for telling in tellings if alone and _is_known(state, telling))
        tellings = tuple(telling for telling in tellings if telling not in again)
        told = _remembering(state, tellings, alone=alone)
        dropped = tuple(map(_dropped, again))
        return HandedOver(anchors=anchors, told=told, tellings=tellings, suppressed=dropped)
    if not state.told_elsewhere:
        return HandedOver(anchors=anchors, told=state.told_elsewhere, tellings=tellings)
    return _handed_back(state, anchors, tellings, observed)


def _handed_back(
    state: State, anchors: Mapping[AnchorKey, Anchor], tellings: Iterable[Telling], observed: Observed
) -> HandedOver:
    """Return the documented endpoints' tellings, each from what was told last of the same."""
    told = dict(state.told_elsewhere)
    left: list[Telling] = []
    dropped: list[Suppressed] = []
    for telling in tellings:
        before = told.pop(_key(telling), None)
        if before is None:
            left.append(telling)
        elif _is_the_same(telling, before):
            dropped.append(_dropped(telling))
        else:
            is_other = before.is_listed and not before.is_same
            left.append(telling if is_other else replace(telling, old=before.value))
    told = {
        key: before
        for key, before in told.items()
        if key in anchors or not observed.covers(before.subject, key.field)
    }
    return HandedOver(anchors=anchors, told=told, tellings=tuple(left), suppressed=tuple(dropped))


def _is_known(state: State, telling: Telling) -> bool:
    """Tell whether a listed price is what was told last, of another endpoint that led then."""
    before = state.told_elsewhere.get(_key(telling))
    return telling.field.startswith(LISTED) and before is not None and before.value == telling.new


def _remembering(
    state: State, tellings: Iterable[Telling], *, alone: bool
) -> Mapping[AnchorKey, ToldElsewhere]:
    fresh = {
        _key(telling): _told(state, telling, is_listed=alone)
        for telling in tellings
        if (telling.field.startswith(LISTED) if alone else _is_of_endpoints(state, telling))
    }
    return {**state.told_elsewhere, **fresh} if fresh else state.told_elsewhere


def _told(state: State, telling: Telling, *, is_listed: bool) -> ToldElsewhere:
    """Return what is remembered of a telling; several in a row are one way from the first's beginning."""
    key = _key(telling)
    before = state.told_elsewhere.get(key)
    if before is not None and before.is_listed is is_listed:
        return replace(before, value=telling.new)
    anchor = state.anchors.get(key)
    said = {_last_said(state, telling.subject, key.field), None if anchor is None else anchor.value}
    return ToldElsewhere(
        subject=telling.subject,
        value=telling.new,
        is_listed=is_listed,
        old=telling.old,
        is_same=telling.old in said - {None},
    )


def _last_said(state: State, subject: Subject, field: str) -> object:
    """Return what the documented endpoints said last of a fact."""
    return present_fact(replace(state, astray=frozenset()), subject, field)


def _is_of_endpoints(state: State, telling: Telling) -> bool:
    """Tell whether the documented book, which is astray, would tell the same when it is back."""
    is_fact = telling.subject.kind is Kind.ENDPOINT and telling.field not in POLICY_FIELDS
    is_offer = telling.subject.kind is Kind.MODEL and is_offered(telling.field)
    return (is_fact or is_offer) and telling.subject.model in state.endpoints


def _is_the_same(telling: Telling, before: ToldElsewhere) -> bool:
    """Tell whether the rule would tell nothing on the way from what was told elsewhere.

    A listed price that was another offer's than the cheapest is the same news where it moved the same way.
    """
    if before.value == telling.new:
        return True
    if before.is_listed and not before.is_same:
        return _direction(before.old, before.value) == _direction(telling.old, telling.new)
    return telling.watch.compare(telling.field, before.value, telling.new) is not Verdict.WANTED


def _direction(old: object, new: object) -> object:
    return new > old if isinstance(old, Decimal) and isinstance(new, Decimal) else None


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
