"""Policy echoes: a provider's flip that its endpoints repeat, in the same poll or in one before or after it.

The providers and the endpoints are asked for at different times. So a provider's flip is remembered for a
while, and an endpoint's waits until its provider's record was read no earlier: then it is an echo or its own.
Where that record is not to be had in time the endpoints' flips are told, and the provider's own is their echo
when its record is back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import timedelta

from watcher.catalog.names import EndpointKey, Kind, ProviderSlug, Surface
from watcher.catalog.policy import POLICY_FIELDS
from watcher.judgement.belief.answers import last_answer
from watcher.judgement.belief.carried import has_carried_policies
from watcher.judgement.belief.taken import Moment
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.knowledge.books import all_offers
from watcher.judgement.knowledge.faded import name_of
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.privacy import ZDR
from watcher.judgement.knowledge.subjects import slugs_in
from watcher.judgement.state import UNREAD_SURFACE, Flip, HeldMove, State
from watcher.rules.anchors import Anchor, AnchorKey

ECHO_WITHIN = timedelta(hours=6)
REMEMBERED = timedelta(days=30)
"""An endpoint may be unknown for long before it is seen to repeat its provider, or the other way round."""
GAP = 2
"""A provider's record that was not read for this many intervals is not waited for."""
LONGEST_WAIT = timedelta(hours=3)
RECORDS = (Surface.FRONTEND, Surface.PROVIDERS)
"""Where the providers' records are read."""
BY_ENDPOINTS = "by its endpoints"
TOLD_BY_ENDPOINTS = "its endpoints' flips were told while its own record was not to be had"


Anchors = Mapping[AnchorKey, Anchor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """The state after a poll, the moves that are news now, and what was dropped."""

    state: State
    moves: tuple[Move, ...]
    suppressed: tuple[Suppressed, ...] = ()


def without_policy_echoes(before: State, state: State, moves: tuple[Move, ...], moment: Moment) -> Sorted:
    """Return the moves without flips that repeat what is told, or may still turn out to.

    ``before`` is the state without the poll that ``state`` knows.
    """
    if not (state.held_flips or any(move.field in POLICY_FIELDS for move in moves)):
        return Sorted(state=state, moves=moves)
    state = _remembering(state, moves, moment)
    held = dict(state.held_flips)
    news: list[Move] = []
    dropped: list[Suppressed] = []
    sorted_out: set[tuple[str, str]] = set()
    for move in moves:
        flip = _endpoints_flip(before, move)
        if flip is not None:
            earlier = held.pop(name_of(flip), None)
            if earlier is None or flip.new != earlier.old:
                held[name_of(flip)] = _held(flip, earlier)
            else:
                dropped.append(_dropped(earlier, Gate.HELD_UNDONE, "came back before its provider was read"))
        elif _is_told_by_endpoints(before, move) and _is_nobody_left(state, move):
            dropped.append(_dropped(_held(move, None), Gate.POLICY_ECHO, TOLD_BY_ENDPOINTS))
        else:
            news.append(move)
            continue
        sorted_out.add((move.subject.uid, move.field))
    state = replace(state, anchors=_without(state.anchors, sorted_out))
    return _judged(
        before, state, held, Sorted(state=state, moves=tuple(news), suppressed=tuple(dropped)), moment
    )


def _judged(
    before: State, state: State, held: Mapping[str, HeldMove], found: Sorted, moment: Moment
) -> Sorted:
    """Return what was sorted out with the endpoints' flips: echoes, such as still wait, and their own."""
    news: list[Move] = list(found.moves)
    dropped: list[Suppressed] = list(found.suppressed)
    waiting: dict[str, HeldMove] = {}
    told: dict[str, Flip] = {}
    for name, flip in held.items():
        if _is_echo(flip, state.flips):
            reason = "the provider's own policy moved; its endpoints repeat it"
            dropped.append(_dropped(flip, Gate.POLICY_ECHO, reason))
        elif _must_wait(before, state, flip, moment):
            waiting[name] = flip
        else:
            news.append(_told(flip))
            provider = flip.subject.provider or ""
            told[_by_endpoints(provider, flip.field)] = Flip(
                provider, flip.field, flip.old, flip.new, flip.at
            )
    after = replace(state, held_flips=waiting, flips={**state.flips, **told} if told else state.flips)
    return Sorted(state=after, moves=tuple(news), suppressed=tuple(dropped))


def _endpoints_flip(before: State, move: Move) -> Move | None:
    """Return an endpoint's flip, also of a fact that was unknown meanwhile, from when it was known last."""
    if move.subject.kind is not Kind.ENDPOINT or move.field not in POLICY_FIELDS or move.field == ZDR:
        return None
    if not move.is_learning:
        return move
    old = before.faded.get(name_of(move))
    if move.new is None or old in (None, move.new):
        return None
    policies = before.endpoint_policies.items()
    since = next((own.since for key, own in policies if key.label == move.subject.label), move.not_before)
    return replace(move, old=old, not_before=since)


def _without(anchors: Anchors, sorted_out: AbstractSet[tuple[str, str]]) -> Anchors:
    """Return the anchors but those of facts that are judged here: what is known of them again is no news."""
    if not any((key.uid, key.field) in sorted_out for key in anchors):
        return anchors
    return {key: anchor for key, anchor in anchors.items() if (key.uid, key.field) not in sorted_out}


def _by_endpoints(provider: str, field: str) -> str:
    """Return the name of what the endpoints of a provider told."""
    return f"{provider} {field} {BY_ENDPOINTS}"


def _is_told_by_endpoints(before: State, move: Move) -> bool:
    """Tell whether a provider's flip is what its endpoints told since its own record said anything else."""
    if move.subject.kind is not Kind.PROVIDER or move.field not in POLICY_FIELDS:
        return False
    told = before.flips.get(_by_endpoints(move.subject.uid, move.field))
    if told is None or told.new != move.new:
        return False
    if move.old is None:
        record = before.policies.get(ProviderSlug(move.subject.uid))
        return record is not None and told.at >= record.since
    return move.not_before is None or told.at > move.not_before


def _is_nobody_left(state: State, move: Move) -> bool:
    """Tell whether each endpoint of a provider has a record of its own: none goes by the provider's."""
    slugs = slugs_in(state)
    return all(
        tracked.gone or slugs.of(tracked.record) != move.subject.uid or _says_itself(state, key, move.field)
        for _, offers in all_offers(state)
        for key, tracked in offers.items()
    )


def _says_itself(state: State, key: EndpointKey, field: str) -> bool:
    own = state.endpoint_policies.get(key)
    return own is not None and getattr(own.record, field) is not None


def _remembering(state: State, moves: Iterable[Move], moment: Moment) -> State:
    """Return the state that knows the flips of late, also of facts that were unknown meanwhile."""
    flips = {name: flip for name, flip in state.flips.items() if moment.at - flip.at <= REMEMBERED}
    for move in moves:
        if move.subject.kind is not Kind.PROVIDER or move.field not in POLICY_FIELDS or move.new is None:
            continue
        name = name_of(move)
        old = state.faded.get(name) if move.old is None else move.old
        if old is not None and old != move.new:
            flips[name] = Flip(move.subject.uid, move.field, old, move.new, move.at)
    return replace(state, flips=flips)


def _held(move: Move, earlier: HeldMove | None) -> HeldMove:
    start = move if earlier is None else earlier
    return HeldMove(
        subject=move.subject,
        field=move.field,
        old=start.old,
        new=move.new,
        at=start.at,
        not_before=start.not_before,
    )


def _told(flip: HeldMove) -> Move:
    return Move(
        subject=flip.subject,
        field=flip.field,
        old=flip.old,
        new=flip.new,
        at=flip.at,
        not_before=flip.not_before,
    )


def _is_echo(flip: HeldMove, flips: Mapping[str, Flip]) -> bool:
    cause = flips.get(f"{flip.subject.provider} {flip.field}")
    if cause is None or cause.new != flip.new:
        return False
    since = flip.at - ECHO_WITHIN if flip.not_before is None else min(flip.not_before, flip.at - ECHO_WITHIN)
    return cause.at >= since


def _must_wait(before: State, state: State, flip: HeldMove, moment: Moment) -> bool:
    """Tell whether the provider's fact is read in time, and was not yet since the endpoint flipped."""
    slug = ProviderSlug(flip.subject.provider or "")
    record = state.policies.get(slug)
    if record is None:
        return False
    value = getattr(record.record, flip.field)
    if value is None and not _was_known(before, slug, flip.field):
        return False
    surface = Surface.PROVIDERS if _is_in_the_documented_list(state) else Surface.FRONTEND
    read = last_answer(state, surface, slug, state.surfaces.get(surface, UNREAD_SURFACE).believed_at)
    if read is None:
        return False
    patience = min(moment.intervals[surface] * GAP, LONGEST_WAIT)
    is_read = value is not None and read >= flip.at
    is_alive = flip.at - (record.since if value is None else read) <= patience
    return is_alive and not is_read and moment.at - flip.at <= patience


def _is_in_the_documented_list(state: State) -> bool:
    """Tell whether policies are read there, as in July 2026: the frontend was never asked for them."""
    frontend, documented = (state.surfaces.get(surface, UNREAD_SURFACE) for surface in RECORDS)
    return frontend.believed_at is None and has_carried_policies(documented)


def _was_known(before: State, slug: ProviderSlug, field: str) -> bool:
    """Tell whether a provider's fact was known, before it was unknown as it is now."""
    record = before.policies.get(slug)
    was = None if record is None else getattr(record.record, field)
    return was is not None or f"{slug} {field}" in before.faded


def _dropped(flip: HeldMove, gate: Gate, reason: str) -> Suppressed:
    return Suppressed(
        at=flip.at, gate=gate, rule=None, subject=flip.subject.label, field=flip.field, reason=reason
    )
