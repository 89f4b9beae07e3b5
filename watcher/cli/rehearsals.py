"""Rehearsals: rulebooks at the pace of recorded polls, and two side by side over polls that are read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise, tee
from statistics import median

from watcher.catalog.sheets import Seen
from watcher.judgement.decision import Decision
from watcher.judgement.rehearsal import rehearse
from watcher.rules.rulebook import Rulebook


def at_its_pace(book: Rulebook, times: Sequence[datetime]) -> Rulebook:
    """Return the rulebook with each interval the larger of its own and the polls' median."""
    steps = [later - earlier for earlier, later in pairwise(sorted(times))]
    if not steps:
        return book
    middle = timedelta(seconds=median(step.total_seconds() for step in steps))
    return replace(book, intervals={surface: max(every, middle) for surface, every in book.intervals.items()})


class _Feed:
    """Hands polls on, and counts them."""

    def __init__(self, polls: Iterator[Seen]) -> None:
        self._polls = polls
        self.taken = 0

    def __iter__(self) -> Iterator[Seen]:
        for seen in self._polls:
            self.taken += 1
            yield seen


def alongside(polls: Iterable[Seen], books: Sequence[Rulebook]) -> Iterator[tuple[int, Decision]]:
    """Yield the decisions of each rulebook with its place in ``books``.

    They go through the polls together, at most one poll apart, so that no more than two are in memory.
    """
    feeds = [_Feed(each) for each in tee(polls, len(books))]
    running = {
        place: rehearse(feed, book) for place, (feed, book) in enumerate(zip(feeds, books, strict=True))
    }
    while running:
        place = min(running, key=lambda each: feeds[each].taken)
        decision = next(running[place], None)
        if decision is None:
            del running[place]
        else:
            yield place, decision
