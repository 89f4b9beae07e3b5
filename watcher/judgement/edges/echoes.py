"""Echoes: one cause that shows in several rows. The cause is told once, the echo never."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from watcher.catalog.model import Model
from watcher.catalog.names import Kind, ModelId, tier_of
from watcher.catalog.policy import POLICY_FIELDS
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.knowledge.books import has_no_book, offers_of
from watcher.judgement.knowledge.facts import facts_of_tariff
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.present import is_alias_in
from watcher.judgement.state import State, Tracked
from watcher.rules.watch import LISTED, MEMBERSHIP

ALIAS_OWN = frozenset({MEMBERSHIP, "alias_target"})
"""What an alias row says of itself; all else, and every endpoint listed under it, is its target's."""


Moved = Mapping[tuple[str, str], Move]
"""The moves of a poll, by the subject's uid and the fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The moves that are no echo, and the echoes."""

    moves: tuple[Move, ...]
    suppressed: tuple[Suppressed, ...]


def without_echoes(before: State, after: State, moves: Iterable[Move]) -> Heard:
    """Return the moves that are causes."""
    moves = tuple(moves)
    kept: list[Move] = []
    dropped: list[Suppressed] = []
    moved = {(move.subject.uid, move.field): move for move in moves}
    for move in moves:
        gate = _echo(move, after, moved)
        if gate is None:
            kept.append(move)
        else:
            dropped.append(_dropped(move, *gate))
    told = {move.subject.uid for move in kept if move.field.startswith(LISTED)}
    return Heard(moves=tuple(kept), suppressed=(*dropped, *_row_echoes(before, after, told)))


def _echo(move: Move, after: State, moved: Moved) -> tuple[Gate, str] | None:
    subject = move.subject
    if is_alias_in(after, subject.model) and (subject.kind is Kind.ENDPOINT or move.field not in ALIAS_OWN):
        return Gate.ALIAS_ECHO, "an alias shows what its target shows"
    if subject.kind is Kind.ENDPOINT and move.field.startswith("pricing.") and subject.endpoint:
        base = _standard_twin(move, after)
        if base is not None and _explains(moved.get((base, move.field)), move):
            return Gate.TIER_TWIN, "a service tier moves with its standard endpoint"
    if subject.kind is Kind.ENDPOINT and move.field in POLICY_FIELDS:
        cause = moved.get((subject.provider or "", move.field))
        if cause is not None and cause.new == move.new and _explains(cause, move):
            return Gate.POLICY_ECHO, "the provider's own policy moved; its endpoints repeat it"
    return None


def _explains(cause: Move | None, move: Move) -> bool:
    """Tell whether a move can be the cause of another: learning, which is not told, explains no change."""
    return cause is not None and (move.is_learning or not cause.is_learning)


def _standard_twin(move: Move, after: State) -> str | None:
    """Return the uid of the standard endpoint that a service-tier endpoint is the twin of."""
    tag = move.subject.endpoint or ""
    offers = offers_of(after, move.subject.model)
    own = next((tracked for tracked in offers.values() if tracked.uid == move.subject.uid), None)
    if own is None or own.record.tier == "standard":
        return None
    name = own.record.provider_name
    stem = tag.rpartition("/")[0] if tier_of(tag) != "standard" else tag
    twins = [
        tracked
        for tracked in offers.values()
        if tracked.record.provider_name == name and tracked.record.tier == "standard" and not tracked.gone
    ]
    exact = [tracked.uid for tracked in twins if tracked.record.key.tag == stem]
    return next(iter([*exact, *(tracked.uid for tracked in twins)]), None)


def _row_echoes(before: State, after: State, told: Collection[str]) -> Iterable[Suppressed]:
    """Yield the prices of model rows that moved: an alias's, or another endpoint's that leads now.

    ``told`` are the models whose own price is judged, because no endpoints are to be had.
    """
    if before.models is after.models:
        return
    for key, tracked in after.models.items():
        old = before.models.get(key)
        if old is None or old is tracked or old.gone or tracked.gone:
            continue
        if old.record.tariff == tracked.record.tariff:
            continue
        if not tracked.record.is_alias and (key in told or _moved_itself(key, before, after)):
            continue
        if facts_of_tariff(old.record.tariff) == facts_of_tariff(tracked.record.tariff):
            continue
        yield _row_echo(key, tracked)


def _moved_itself(key: ModelId, before: State, after: State) -> bool:
    offers = after.endpoints.get(key)
    if offers is None:
        return not has_no_book(after)
    return before.endpoints.get(key) is not offers


def _row_echo(key: ModelId, tracked: Tracked[Model]) -> Suppressed:
    gate = Gate.ALIAS_ECHO if tracked.record.is_alias else Gate.TOP_ENDPOINT_SWITCH
    return Suppressed(
        at=tracked.since,
        gate=gate,
        rule=None,
        subject=key,
        field="pricing",
        reason="the row shows its target's price"
        if tracked.record.is_alias
        else "another endpoint leads; no endpoint's price moved",
    )


def _dropped(move: Move, gate: Gate, reason: str) -> Suppressed:
    return Suppressed(
        at=move.at, gate=gate, rule=None, subject=move.subject.label, field=move.field, reason=reason
    )
