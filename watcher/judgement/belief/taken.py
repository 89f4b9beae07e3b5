"""What taking in one surface's answer gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from watcher.catalog.names import Surface
from watcher.judgement.belief.admit import Admission
from watcher.judgement.belief.follow import Step, Turn
from watcher.judgement.decision import Gate, Refusal, Suppressed
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.state import State

K = TypeVar("K")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The poll's time, how patient to be, and when each surface was last believed before.

    A surface that never was shows a silent beginning. ``stale`` are those that show an old generation now,
    ``intervals`` is how often each is swept.
    """

    at: datetime
    confirm_after: timedelta
    last: Mapping[Surface, datetime | None]
    stale: frozenset[Surface] = frozenset()
    intervals: Mapping[Surface, timedelta] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The state after one surface, its moves, and what was dropped or refused on the way.

    ``believed`` says that the answer was; ``unobserved`` are uids it said nothing about. ``unheard`` are
    moves that another source is to tell.
    """

    state: State
    believed: bool = False
    moves: tuple[Move, ...] = ()
    unheard: tuple[Move, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    refused: tuple[Refusal, ...] = ()
    unobserved: frozenset[str] = field(default_factory=frozenset)


def not_believed(state: State, surface: Surface, admission: Admission) -> Taken:
    """Return the state with nothing but the surface's health changed."""
    refused = () if admission.refusal is None else (admission.refusal,)
    return Taken(state=with_health(state, surface, admission), refused=refused)


def with_health(state: State, surface: Surface, admission: Admission) -> State:
    """Return the state with a surface's new health."""
    return replace(state, surfaces={**state.surfaces, surface: admission.health})


def flaps(
    steps: tuple[Step[K, R], ...], labels: Mapping[K, str] | None, at: datetime, fact: str | None = None
) -> tuple[Suppressed, ...]:
    """Return the absences that were never confirmed: present again before the time was over."""
    return tuple(
        Suppressed(
            at=at,
            gate=Gate.UNCONFIRMED,
            rule=None,
            subject=labels[step.key] if labels else str(step.key),
            field=fact,
            reason=f"absent since {step.before.missing_since:%Y-%m-%d %H:%M}, back before it was confirmed",
        )
        for step in steps
        if step.turn is Turn.FLAPPED and step.before is not None
    )
