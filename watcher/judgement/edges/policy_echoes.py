"""Policy echoes: a provider's flip that its endpoints repeat, in the same poll or in one before or after it.

The providers and the endpoints are asked for at different times. So a provider's flip is remembered for a
while, and an endpoint's waits until its provider's record was read no earlier: then it is an echo or its own.
Where that record is not to be had in time the endpoints' flips are told, and the provider's own is their echo
when its record is back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from watcher.catalog.names import Kind, Surface
from watcher.catalog.policy import POLICY_FIELDS
from watcher.judgement.belief.carried import has_carried_policies
from watcher.judgement.belief.taken import Moment
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.knowledge.faded import name_of
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.privacy import ZDR
from watcher.judgement.state import UNREAD_SURFACE, Flip, HeldFlip, State

ECHO_WITHIN = timedelta(hours=6)
REMEMBERED = timedelta(days=2)
GAP = 2
"""A provider's record that was not read for this many intervals is not waited for."""
LONGEST_WAIT = timedelta(hours=3)
RECORDS = (Surface.FRONTEND, Surface.PROVIDERS)
"""Where the providers' records are read."""
BY_ENDPOINTS = "by its endpoints"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """The state after a poll, the moves that are news now, and what was dropped."""

    state: State
    moves: tuple[Move, ...]
    suppressed: tuple[Suppressed, ...] = ()


def without_policy_echoes(state: State, moves: tuple[Move, ...], moment: Moment) -> Sorted:
    """Return the moves without endpoints' flips that repeat their provider's, or may still turn out to."""
    if not (state.held_flips or any(move.field in POLICY_FIELDS for move in moves)):
        return Sorted(state=state, moves=moves)
    before, state = state, _remembering(state, moves, moment)
    held = dict(state.held_flips)
    news: list[Move] = []
    dropped: list[Suppressed] = []
    waiting: dict[str, HeldFlip] = {}
    told: dict[str, Flip] = {}
    for move in moves:
        if _is_told_by_endpoints(move, before.flips):
            reason = "its endpoints' flips were told while its own record was not to be had"
            dropped.append(_dropped(_held(move, None), Gate.POLICY_ECHO, reason))
            continue
        if not _is_endpoints_flip(move):
            news.append(move)
            continue
        earlier = held.pop(name_of(move), None)
        if earlier is None or move.new != earlier.old:
            held[name_of(move)] = _held(move, earlier)
        else:
            dropped.append(_dropped(earlier, Gate.HELD_UNDONE, "came back before its provider was read"))
    for name, flip in held.items():
        if _is_echo(flip, state.flips):
            reason = "the provider's own policy moved; its endpoints repeat it"
            dropped.append(_dropped(flip, Gate.POLICY_ECHO, reason))
        elif _must_wait(state, flip, moment):
            waiting[name] = flip
        else:
            news.append(_told(flip))
            provider = flip.subject.provider or ""
            told[_by_endpoints(provider, flip.field)] = Flip(
                provider, flip.field, flip.old, flip.new, flip.at
            )
    after = replace(state, held_flips=waiting, flips={**state.flips, **told} if told else state.flips)
    return Sorted(state=after, moves=tuple(news), suppressed=tuple(dropped))


def _is_endpoints_flip(move: Move) -> bool:
    is_policy = move.field in POLICY_FIELDS and move.field != ZDR
    return move.subject.kind is Kind.ENDPOINT and is_policy and not move.is_learning


def _by_endpoints(provider: str, field: str) -> str:
    """Return the name of what the endpoints of a provider told."""
    return f"{provider} {field} {BY_ENDPOINTS}"


def _is_told_by_endpoints(move: Move, flips: Mapping[str, Flip]) -> bool:
    """Tell whether a provider's flip is what its endpoints told since its own record was read last."""
    if move.subject.kind is not Kind.PROVIDER or move.field not in POLICY_FIELDS:
        return False
    told = flips.get(_by_endpoints(move.subject.uid, move.field))
    if told is None or told.new != move.new:
        return False
    return move.not_before is None or told.at > move.not_before


def _remembering(state: State, moves: Iterable[Move], moment: Moment) -> State:
    """Return the state that knows the flips of late, also of facts that were unknown meanwhile.

    What endpoints told is remembered until their provider's record is read, however long that takes.
    """
    reads = (moment.last.get(surface) for surface in RECORDS)
    read = max((at for at in reads if at is not None), default=moment.at)
    flips = {
        name: flip
        for name, flip in state.flips.items()
        if moment.at - flip.at <= REMEMBERED or (name.endswith(BY_ENDPOINTS) and flip.at > read)
    }
    for move in moves:
        if move.subject.kind is not Kind.PROVIDER or move.field not in POLICY_FIELDS or move.new is None:
            continue
        name = name_of(move)
        old = state.faded.get(name) if move.old is None else move.old
        if old is not None and old != move.new:
            flips[name] = Flip(move.subject.uid, move.field, old, move.new, move.at)
    return replace(state, flips=flips)


def _held(move: Move, earlier: HeldFlip | None) -> HeldFlip:
    start = move if earlier is None else earlier
    return HeldFlip(
        subject=move.subject,
        field=move.field,
        old=start.old,
        new=move.new,
        at=start.at,
        not_before=start.not_before,
    )


def _told(flip: HeldFlip) -> Move:
    return Move(
        subject=flip.subject,
        field=flip.field,
        old=flip.old,
        new=flip.new,
        at=flip.at,
        not_before=flip.not_before,
    )


def _is_echo(flip: HeldFlip, flips: Mapping[str, Flip]) -> bool:
    cause = flips.get(f"{flip.subject.provider} {flip.field}")
    if cause is None or cause.new != flip.new:
        return False
    since = flip.at - ECHO_WITHIN if flip.not_before is None else min(flip.not_before, flip.at - ECHO_WITHIN)
    return cause.at >= since


def _must_wait(state: State, flip: HeldFlip, moment: Moment) -> bool:
    """Tell whether the provider's record is read in time, and was not yet since the endpoint flipped."""
    for surface in RECORDS:
        health = state.surfaces.get(surface, UNREAD_SURFACE)
        if health.believed_at is None or not (surface is Surface.FRONTEND or has_carried_policies(health)):
            continue
        patience = min(moment.intervals[surface] * GAP, LONGEST_WAIT)
        is_read = health.believed_at >= flip.at
        is_alive = flip.at - health.believed_at <= patience
        return is_alive and not is_read and moment.at - flip.at <= patience
    return False


def _dropped(flip: HeldFlip, gate: Gate, reason: str) -> Suppressed:
    return Suppressed(
        at=flip.at, gate=gate, rule=None, subject=flip.subject.label, field=flip.field, reason=reason
    )
