"""Old generations: an edge cache that serves a catalog of an earlier hour.

Rows of at least three different providers that all show again what they showed at one common instant of the
last day, while no row shows anything new, are a copy of that instant and no news (observed 2026-08-16: five
unrelated models went back for one poll, and forward again).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from watcher.judgement.state import Tracked

R = TypeVar("R")

UNRELATED = 3
MEMORY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Generic[R]):
    """A row of the present sheet that differs from what is known: ``record`` is None when it is not listed.

    What only became known or unknown is no difference. ``price_moved`` tells whether a known price did, and
    ``is_echo`` that the row shows nothing of its own that differs. ``came`` tells of a row that is not listed
    whether there was a time before it: one that was there from the beginning had none.
    """

    owner: str
    tracked: Tracked[R] | None
    record: R | None
    came: bool = False
    price_moved: bool = False
    is_echo: bool = False


def beginning(known: Mapping[Any, Tracked[Any]]) -> datetime:
    """Return when the first of some records was seen."""
    return min(tracked.first_seen for tracked in known.values())


Span = tuple[datetime, datetime]


def steps_back(rows: Iterable[Row[R]], digest_of: Callable[[R], str], at: datetime) -> bool:
    """Tell whether the rows that differ are an old generation; one row that is new says no at once.

    Rows that are echoes are evidence, but where there is nothing else there is nothing to hold: which
    endpoint leads goes to and fro by itself.
    """
    rows = tuple(rows)
    if all(row.is_echo for row in rows):
        return False
    spans: list[Span] = []
    owners: set[str] = set()
    for row in rows:
        span = _when_it_was_so(row, digest_of, at)
        if span is None:
            return False
        spans.append(span)
        owners.add(row.owner)
    if len(owners) < UNRELATED:
        return False
    return max(start for start, _ in spans) < min(end for _, end in spans)


def _when_it_was_so(row: Row[R], digest_of: Callable[[R], str], at: datetime) -> Span | None:
    tracked, recent = row.tracked, at - MEMORY
    if tracked is None:
        return None
    if row.record is None:
        return (recent, tracked.first_seen) if row.came and tracked.first_seen > recent else None
    if tracked.gone:
        left = tracked.missing_since or at
        return (tracked.first_seen, left) if left > recent else None
    shown = digest_of(row.record)
    spans = [
        (past.since, past.until) for past in tracked.past if past.digest == shown and past.until > recent
    ]
    return spans[-1] if spans else None
