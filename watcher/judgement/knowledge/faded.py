"""Faded facts: what was last known of what is unknown now.

Becoming unknown is no change, and neither is becoming known. But a fact that was known, unknown for a while,
and is known to be another now has changed, whoever may have asked to be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from watcher.catalog.names import ModelId
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.state import State
from watcher.rules.watch import ABSENT, FREE, LISTED, MEMBERSHIP

Faded = Mapping[str, object]
"""Last known values by ``name_of``."""


class Remembered(NamedTuple):
    """What is faded after a poll, and the moves that changed something, from what was last known."""

    faded: Faded
    changes: tuple[Move, ...]


def name_of(move: Move) -> str:
    """Return the name of a fact of a subject."""
    return f"{move.subject.uid} {move.field}"


def remember(faded: Faded, moves: Iterable[Move], state: State) -> Remembered:
    """Return what is faded after some moves in a state, and those that are changes of the world."""
    known = dict(faded)
    changes: list[Move] = []
    gone: set[str] = set()
    for move in moves:
        if move.field == FREE:  # its prices say so
            continue
        if not move.is_learning:
            changes.append(move)
            known.pop(name_of(move), None)
            if move.field == MEMBERSHIP and move.new == ABSENT:
                gone.add(move.subject.uid)
        elif move.new is None:
            if not move.field.startswith(LISTED) and not _is_gone(move, state):
                known[name_of(move)] = move.old
        elif (old := known.pop(name_of(move), move.new)) != move.new:
            changes.append(replace(move, old=old))
    if gone:
        known = {name: value for name, value in known.items() if name.rpartition(" ")[0] not in gone}
    return Remembered(faded if known == faded else known, tuple(changes))


def _is_gone(move: Move, state: State) -> bool:
    model = state.models.get(ModelId(move.subject.model or ""))
    return model is not None and model.gone
