"""Following records from poll to poll: what came, changed, went missing, left for good.

An addition counts at once. An absence counts when two believed polls that span the confirmation time agree;
its time is the first of them. Everything after this stage sees confirmed membership only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar

from watcher.judgement.belief.generations import AWAY, MEMORY
from watcher.judgement.state import Hold, Past, Tracked
from watcher.rules.patience import is_met

K = TypeVar("K")
R = TypeVar("R")

REMEMBERED_CONTENTS = 24


class Turn(Enum):
    """What became of one record."""

    ARRIVED = "arrived"
    RETURNED = "returned"
    ALTERED = "altered"
    MISSING = "missing"
    FLAPPED = "flapped"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[K, R]):
    """One record's turn; ``before`` is None for what was never seen."""

    turn: Turn
    key: K
    before: Tracked[R] | None
    after: Tracked[R]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting(Generic[R]):
    """How to follow: this poll's time and the last believed one's, and what may be concluded from it.

    ``complete`` says that what is not listed is absent. ``held`` is set when polls were held before this one
    was believed: what they showed too is as old as the first of them.
    """

    at: datetime
    last: datetime | None
    confirm_after: timedelta
    digest_of: Callable[[R], str]
    complete: bool = True
    held: Hold | None = None

    def first_shown(self, key: object) -> datetime:
        """Return the first poll that showed what this one shows of a record."""
        if self.held is not None and str(key) in self.held.rows:
            return self.held.since
        return self.at


def follow(
    known: Mapping[K, Tracked[R]],
    rows: Mapping[K, R],
    sighting: Sighting[R],
    *,
    unobserved: Collection[K] = (),
) -> tuple[Mapping[K, Tracked[R]], tuple[Step[K, R], ...]]:
    """Return the records as now known, and the turns; what did not change keeps its very object."""
    steps: list[Step[K, R]] = []
    for key, row in rows.items():
        tracked = known.get(key)
        if tracked is None:
            uid = _unused(str(key), known, sighting)
            fresh = Tracked(uid=uid, record=row, first_seen=sighting.at, since=sighting.at)
            steps.append(Step(turn=Turn.ARRIVED, key=key, before=None, after=fresh))
        elif tracked.missing_since is not None or (tracked.record is not row and tracked.record != row):
            steps.extend(_met_again(key, tracked, row, sighting))
    if sighting.complete and len(rows) < len(known) + len(steps):
        steps.extend(_not_met(known, rows, sighting, unobserved))
    if not steps:
        return known, ()
    return {**known, **{step.key: step.after for step in steps}}, tuple(steps)


def _unused(uid: str, known: Mapping[K, Tracked[R]], sighting: Sighting[R]) -> str:
    """Return a uid that nothing else bears: a renamed record keeps the uid its old name gave it."""
    if sighting.last is None or all(tracked.uid != uid for tracked in known.values()):
        return uid
    return f"{uid} ({sighting.at:%Y-%m-%dT%H:%M:%SZ})"


def _met_again(key: K, tracked: Tracked[R], row: R, sighting: Sighting[R]) -> list[Step[K, R]]:
    present = tracked
    steps = []
    if tracked.missing_since is not None:
        away = Past(digest=AWAY, since=tracked.missing_since, until=sighting.at)
        past = _remembered(tracked, away, sighting)
        present = replace(tracked, missing_since=None, last_seen=None, gone=False, past=past)
        turn = Turn.RETURNED if tracked.gone else Turn.FLAPPED
        steps.append(Step(turn=turn, key=key, before=tracked, after=present))
    if tracked.record != row:
        altered = with_content(present, row, sighting)
        steps.append(Step(turn=Turn.ALTERED, key=key, before=tracked, after=altered))
    return steps


def with_content(tracked: Tracked[R], row: R, sighting: Sighting[R]) -> Tracked[R]:
    """Return a record with new content, remembering the digest of the old."""
    past = Past(digest=sighting.digest_of(tracked.record), since=tracked.since, until=sighting.at)
    return replace(tracked, record=row, since=sighting.at, past=_remembered(tracked, past, sighting))


def _remembered(tracked: Tracked[R], latest: Past, sighting: Sighting[R]) -> tuple[Past, ...]:
    recent = (past for past in (*tracked.past, latest) if past.until > sighting.at - MEMORY)
    return tuple(recent)[-REMEMBERED_CONTENTS:]


def _not_met(
    known: Mapping[K, Tracked[R]], rows: Mapping[K, R], sighting: Sighting[R], unobserved: Collection[K]
) -> list[Step[K, R]]:
    steps = []
    for key in known.keys() - rows.keys() - set(unobserved):
        tracked = known[key]
        if tracked.gone:
            continue
        missing = _missing(key, tracked, sighting)
        lasted = sighting.at - (missing.missing_since or sighting.at)
        if tracked.missing_since is None and missing.missing_since == sighting.at:
            steps.append(Step(turn=Turn.MISSING, key=key, before=tracked, after=missing))
        elif is_met(lasted, sighting.confirm_after):
            steps.append(Step(turn=Turn.LEFT, key=key, before=tracked, after=replace(missing, gone=True)))
    return sorted(steps, key=lambda step: str(step.key))


def _missing(key: K, tracked: Tracked[R], sighting: Sighting[R]) -> Tracked[R]:
    if tracked.missing_since is not None:
        return tracked
    return replace(tracked, missing_since=sighting.first_shown(key), last_seen=sighting.last)
