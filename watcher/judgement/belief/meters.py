"""Meters that came or went across the catalog: upstream began or ceased to list what something costs.

No model began or ceased to be free by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from watcher.catalog.model import Model
from watcher.catalog.names import ModelId
from watcher.judgement.belief.follow import Step, Turn
from watcher.judgement.belief.schema import FLOOR, LIMIT
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.knowledge.facts import facts_of_model
from watcher.judgement.knowledge.moves import Move
from watcher.rules.watch import FREE

Steps = Sequence[Step[ModelId, Model]]
Sorted = tuple[tuple[Move, ...], tuple[Suppressed, ...]]


def without_drift(moves: Sequence[Move], steps: Steps, size: int) -> Sorted:
    """Return the moves but those to free or to paid that drifting meters alone make, and these as dropped.

    ``steps`` are the turns that the moves are of, ``size`` is the number of rows.
    """
    drifting = _drifting(steps, size)
    altered = {step.key: step for step in steps if step.turn is Turn.ALTERED} if drifting else {}
    kept: list[Move] = []
    dropped: list[Suppressed] = []
    for move in moves:
        step = altered.get(ModelId(move.subject.uid)) if move.field == FREE else None
        if step is None or _moved_itself(step, drifting):
            kept.append(move)
        else:
            dropped.append(_dropped(move, drifting))
    return tuple(kept), tuple(dropped)


def _drifting(steps: Steps, size: int) -> frozenset[str]:
    """Return the meters that came or went on as many rows as only upstream's schema does."""
    rows = Counter(
        meter
        for step in steps
        if step.turn is Turn.ALTERED and step.before is not None
        for meter in step.before.record.tariff.meters.keys() ^ step.after.record.tariff.meters.keys()
    )
    return frozenset(meter for meter, count in rows.items() if count >= max(FLOOR, size * LIMIT))


def _moved_itself(step: Step[ModelId, Model], drifting: Collection[str]) -> bool:
    before = None if step.before is None else _free_without(step.before.record, drifting)
    return before != _free_without(step.after.record, drifting)


def _free_without(model: Model, meters: Collection[str]) -> object:
    left = {meter: price for meter, price in model.tariff.meters.items() if meter not in meters}
    return facts_of_model(replace(model, tariff=replace(model.tariff, meters=left)))[FREE]


def _dropped(move: Move, drifting: Collection[str]) -> Suppressed:
    return Suppressed(
        at=move.at,
        gate=Gate.SCHEMA,
        rule=None,
        subject=move.subject.label,
        field=FREE,
        reason=f"the price of {', '.join(sorted(drifting))} came or went on many models at once",
    )
