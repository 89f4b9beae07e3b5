"""Rehearsals side by side: two rulebooks over the same polls, which are read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import tee

from watcher.catalog.sheets import Seen
from watcher.judgement.decision import Decision
from watcher.judgement.rehearsal import rehearse
from watcher.rules.rulebook import Rulebook


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
