"""Answers: when something was read last, where that was before the last answer of its surface.

A sweep may ask for the models that changed only, or get no answer of some; a list may lack a provider. The
window of a move begins where its own model or provider was read before.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

from watcher.catalog.names import Surface
from watcher.judgement.state import State


def last_answer(state: State, surface: Surface, name: str, last: datetime | None) -> datetime | None:
    """Return when a surface showed a model's endpoints or a provider; ``last`` is when it was believed."""
    return state.answered_earlier.get(_key(surface, name), last)


def answers_after(
    state: State, surface: Surface, known: AbstractSet[str], answered: AbstractSet[str], last: datetime | None
) -> Mapping[str, datetime]:
    """Return what is remembered after a believed answer: when what is not in it was read last."""
    if last is None or (not state.answered_earlier and known <= answered):
        return state.answered_earlier
    own = {_key(surface, name) for name in answered}
    kept = {key: at for key, at in state.answered_earlier.items() if key not in own}
    return {_key(surface, name): last for name in known if name not in answered} | kept


def _key(surface: Surface, name: str) -> str:
    return f"{surface} {name}"
