"""Steps told as moves: what one record's turn is to those who watch its subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from watcher.judgement.belief.follow import Sighting, Step, Turn
from watcher.judgement.knowledge.facts import ABSENT_SUBJECT, Facts
from watcher.judgement.knowledge.moves import Move, moves_between
from watcher.rules.subject import Subject
from watcher.rules.watch import MEMBERSHIP

K = TypeVar("K")
R = TypeVar("R")


def moves_of(
    step: Step[K, R], sighting: Sighting[R], subject: Subject, facts_of: Callable[[R], Facts]
) -> Iterator[Move]:
    """Yield the moves of one record: that it came or went, else each fact that differs."""
    after = facts_of(step.after.record)
    present = {MEMBERSHIP: after[MEMBERSHIP]}
    at = sighting.first_shown(step.key)
    match step.turn:
        case Turn.ARRIVED | Turn.RETURNED:
            moves = moves_between(subject, ABSENT_SUBJECT, present, at=at, not_before=sighting.last)
            yield from (replace(move, newcomer=step.turn is Turn.ARRIVED) for move in moves)
        case Turn.LEFT:
            at = step.after.missing_since or sighting.at
            yield from moves_between(subject, present, ABSENT_SUBJECT, at=at, not_before=step.after.last_seen)
        case Turn.ALTERED if step.before is not None:
            before = facts_of(step.before.record)
            yield from moves_between(subject, before, after, at=at, not_before=sighting.last)
        case _:
            return
