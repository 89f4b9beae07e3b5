"""Rehearsal: recorded polls judged on their own clock, by the very decisions of the daemon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from watcher.catalog.sheets import Seen
from watcher.judgement.decide import decide
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.rules.rulebook import Rulebook


def rehearse(polls: Iterable[Seen], rulebook: Rulebook, state: State | None = None) -> Iterator[Decision]:
    """Yield the decision of each poll, and of each moment between them at which something leaves.

    After the last poll time goes on until nothing waits for its group, digest or quiet hours any more.
    """
    current, due = state or State(), None
    for seen in polls:
        for decision in _until(seen.at, current, due, rulebook):
            current = decision.state
            yield decision
        decision = decide(current, seen, rulebook, seen.at)
        current, due = decision.state, decision.next_due
        yield decision
    yield from _until(None, current, due, rulebook)


def _until(
    moment: datetime | None, state: State, due: datetime | None, rulebook: Rulebook
) -> Iterator[Decision]:
    """Yield a decision for each moment before ``moment`` (None: for ever) at which something is due.

    It comes to an end: what is due next is always later than now.
    """
    while due is not None and (moment is None or due < moment):
        decision = decide(state, None, rulebook, due)
        state, due = decision.state, decision.next_due
        yield decision
