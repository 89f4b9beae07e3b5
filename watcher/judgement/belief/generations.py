"""Old generations: an edge cache that serves a catalog of an earlier hour.

Rows of at least three different providers that all show again what they showed at one common instant of the
last two days, while no row shows anything new, are a copy of that instant and no news (observed 2026-08-16:
five unrelated models went back for one poll, and forward again).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, Generic, TypeVar

from watcher.judgement.state import Tracked

R = TypeVar("R")

UNRELATED = 3
MEMORY = timedelta(days=2)
SWINGING = {"context_length": "contexts"}
AWAY = "away"
"""Stands among the digests of a record's earlier contents for a time in which it was not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Generic[R]):
    """A row of the present sheet that differs from what is known: ``record`` is None when it is not listed.

    What only became known or unknown is no difference. ``swings`` names which of its known numbers moved,
    all prices as one; ``is_echo`` tells that the row shows nothing of its own that differs. ``came`` tells of
    a row that is not listed whether there was a time before it: one that was there from the beginning had
    none.
    """

    key: Any
    owner: str
    tracked: Tracked[R] | None
    record: R | None
    came: bool = False
    swings: frozenset[str] = frozenset()
    is_echo: bool = False


def swings(moved: Iterable[str]) -> frozenset[str]:
    """Return which kinds of numbers are among facts that moved."""
    kinds = ("prices" if name.startswith("pricing.") else SWINGING.get(name) for name in moved)
    return frozenset(kind for kind in kinds if kind is not None)


def swinging(rows: Iterable[Row[Any]]) -> Mapping[str, Sequence[object]]:
    """Return by kind of number the rows on which it moved."""
    found: dict[str, list[object]] = defaultdict(list)
    for row in rows:
        for kind in sorted(row.swings):
            found[kind].append(row.key)
    return found


def beginning(known: Mapping[Any, Tracked[Any]]) -> datetime:
    """Return when the first of some records was seen."""
    return min(tracked.first_seen for tracked in known.values())


Span = tuple[datetime, datetime]
Spans = Sequence[Sequence[Span]]
"""The spans of each of some rows."""


def steps_back(
    rows: Iterable[Row[R]], digest_of: Callable[[R], str], at: datetime, stayed: Iterable[datetime]
) -> Spans | None:
    """Return when the rows that differ were as they are shown, if they are an old generation; else None.

    Rows that are echoes are evidence, but where there is nothing else there is nothing to hold: which
    endpoint leads goes to and fro by itself. ``stayed`` is since when each other row has been as it is shown:
    a copy of a time would show it as it was then, so where more stayed than went back it is the world.
    """
    rows = tuple(rows)
    if all(row.is_echo for row in rows) or len({row.owner for row in rows}) < UNRELATED:
        return None
    spans = when_they_were_so(rows, digest_of, at)
    end = None if spans is None else end_of_what_they_share(spans)
    if end is None or sum(since >= end for since in stayed) >= len(rows):
        return None
    return spans


def when_they_were_so(rows: Iterable[Row[R]], digest_of: Callable[[R], str], at: datetime) -> Spans | None:
    """Return for each row that differs when it was as it is shown; None when one is new."""
    spans = []
    for row in rows:
        spans.append(_when_it_was_so(row, digest_of, at))
        if not spans[-1]:
            return None
    return spans


def _when_it_was_so(row: Row[R], digest_of: Callable[[R], str], at: datetime) -> list[Span]:
    """Return the spans of late in which a row was as it is shown now; an auction's price has several."""
    tracked, recent = row.tracked, at - MEMORY
    if tracked is None:
        return []
    if tracked.gone:
        left = tracked.missing_since or at
        return [(tracked.first_seen, left)] if left > recent else []
    if row.record is None:
        before = [(recent, tracked.first_seen)] if row.came and tracked.first_seen > recent else []
        return before + [(past.since, past.until) for past in tracked.past if past.digest == AWAY]
    shown = digest_of(row.record)
    return [(past.since, past.until) for past in tracked.past if past.digest == shown and past.until > recent]


def end_of_what_they_share(spans: Spans) -> datetime | None:
    """Return the end of the latest time that lies in a span of each row; a row's own do not overlap."""
    ends = [(end, -1) for row in spans for _, end in row]
    starts = [(start, 1) for row in spans for start, _ in row]
    edges = sorted(ends + starts)
    depths = accumulate(step for _, step in edges)
    shared = [later for depth, (later, _) in zip(depths, edges[1:], strict=False) if depth == len(spans)]
    return max(shared, default=None)
