"""Schema against world: a fact that appears or vanishes across a kind is upstream's doing, not everybody's.

Echoes of a new field hit 12 % to 100 % of a kind in one sweep, the world at most 1.3 % (observed, seven
weeks). Unknown to known is learning, and never a change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from watcher.catalog.names import Kind
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.present import is_offered
from watcher.rules.watch import LISTED

FLOOR = 5
LIMIT = 0.05


class Drift(Enum):
    """What happened to a fact across a kind."""

    APPEARED = "appeared"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaChange:
    """One fact that appeared or vanished on ``rows`` of ``size`` subjects of a kind."""

    kind: Kind
    field: str
    drift: Drift
    rows: int
    size: int
    at: datetime
    not_before: datetime | None


def schema_changes(moves: Iterable[Move], sizes: Mapping[Kind, int]) -> tuple[SchemaChange, ...]:
    """Return the facts that appeared or vanished across their kind in one poll."""
    learned = [move for move in moves if move.is_learning and not _mirrors_endpoints(move)]
    counts = Counter((move.subject.kind, move.field, _drift(move)) for move in learned)
    first = {(move.subject.kind, move.field, _drift(move)): move for move in reversed(learned)}
    return tuple(
        SchemaChange(
            kind=key[0],
            field=key[1],
            drift=key[2],
            rows=rows,
            size=sizes[key[0]],
            at=first[key].at,
            not_before=first[key].not_before,
        )
        for key, rows in counts.items()
        if is_schema(rows, sizes[key[0]])
    )


def is_schema(rows: int, size: int) -> bool:
    """Tell whether so many rows of so many at once are upstream's doing."""
    return rows >= max(FLOOR, size * LIMIT)


def learnt(moves: Iterable[Move]) -> tuple[Suppressed, ...]:
    """Return the moves that are learning, as dropped at this gate."""
    return tuple(
        Suppressed(
            at=move.at,
            gate=Gate.SCHEMA,
            rule=None,
            subject=move.subject.label,
            field=move.field,
            reason="became known"
            if move.old is None
            else "became unknown; the last known value is remembered",
        )
        for move in moves
        if move.is_learning and not _mirrors_endpoints(move)
    )


def _drift(move: Move) -> Drift:
    return Drift.APPEARED if move.old is None else Drift.VANISHED


def _mirrors_endpoints(move: Move) -> bool:
    """Tell whether a fact is known through others, whose own moves tell: endpoints, or for prices the row."""
    return move.subject.kind is Kind.MODEL and (is_offered(move.field) or move.field.startswith(LISTED))
