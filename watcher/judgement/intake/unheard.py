"""Unheard moves: what moved in the frontend's book since the documented one answered, which tells of it.

When the documented book turns out to be away the frontend's stands in, and what moved until then is news.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from watcher.catalog.names import ModelId, Surface
from watcher.judgement.knowledge.books import leading
from watcher.judgement.knowledge.faded import name_of
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.present import present_fact
from watcher.judgement.state import HeldMove, State


def take_in_unheard(
    before: State, after: State, moves: Iterable[Move], answered: Collection[ModelId]
) -> tuple[State, tuple[Move, ...]]:
    """Return the state that remembers moves nobody told, and those that are news now.

    ``answered`` are the models of which the documented endpoints did in this poll: they tell themselves.
    """
    kept = {name: held for name, held in after.unheard.items() if held.subject.model not in answered}
    for move in moves:
        if move.subject.model in answered:
            continue
        held = _held(move, kept.pop(name_of(move), None))
        if held.new != held.old:
            kept[name_of(move)] = held
    if after.astray == before.astray or not kept:
        return (after if kept == after.unheard else replace(after, unheard=kept)), ()
    stood_in = {name for name, held in kept.items() if _is_stood_in_for(before, after, held)}
    news = tuple(_news(after, [kept[name] for name in sorted(stood_in)]))
    left = {name: held for name, held in kept.items() if name not in stood_in}
    return replace(after, unheard=left), news


def _held(move: Move, earlier: HeldMove | None) -> HeldMove:
    if earlier is not None:
        return replace(earlier, subject=move.subject, new=move.new)
    return HeldMove(
        subject=move.subject,
        field=move.field,
        old=move.old,
        new=move.new,
        at=move.at,
        not_before=move.not_before,
    )


def _is_stood_in_for(before: State, after: State, held: HeldMove) -> bool:
    """Tell whether the frontend's book leads for a model from this poll on."""
    model = held.subject.model
    return (
        leading(before, model) is not Surface.FRONTEND_ENDPOINTS
        and leading(after, model) is Surface.FRONTEND_ENDPOINTS
    )


def _news(state: State, unheard: Iterable[HeldMove]) -> Iterator[Move]:
    """Yield what moved, but what the documented book had said itself before it was away."""
    documented = replace(state, astray=frozenset())
    for held in unheard:
        now = present_fact(state, held.subject, held.field)
        if now not in (None, held.old, present_fact(documented, held.subject, held.field)):
            yield Move(
                subject=held.subject,
                field=held.field,
                old=held.old,
                new=now,
                at=held.at,
                not_before=held.not_before,
            )
