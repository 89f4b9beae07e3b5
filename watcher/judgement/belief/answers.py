"""Answers: when the endpoints of a model answered last, where that was before the last sweep of its book.

A sweep may ask for the models that changed, or get no answer of some. The window of a move ends where its own
model answered before.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

from watcher.catalog.names import ModelId, Surface
from watcher.judgement.state import State


def last_answer(state: State, book: Surface, model: ModelId, last: datetime | None) -> datetime | None:
    """Return when a book's endpoints of a model answered last; ``last`` is its last believed sweep."""
    return state.answered_earlier.get(_key(book, model), last)


def answers_after(
    state: State,
    book: Surface,
    known: AbstractSet[ModelId],
    answered: AbstractSet[ModelId],
    last: datetime | None,
) -> Mapping[str, datetime]:
    """Return what is remembered after a believed sweep: when the known models answered that did not now."""
    if last is None or (not state.answered_earlier and known <= answered):
        return state.answered_earlier
    own = {_key(book, model) for model in answered}
    kept = {key: at for key, at in state.answered_earlier.items() if key not in own}
    return {_key(book, model): last for model in known if model not in answered} | kept


def _key(book: Surface, model: ModelId) -> str:
    return f"{book} {model}"
