"""Scripts: what happens to a simulated catalog in the course of a day, and how fast the day goes by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from watcher.simulator.catalog import Catalog
from watcher.simulator.faults import Fault
from watcher.simulator.generations import Move
from watcher.simulator.truth import Truth

BEFORE = timedelta(microseconds=-1)


class Event(Protocol):
    """Something that happens to the catalog; its times count from the start of the script.

    Events of one script should have different subjects: each is judged against the catalog just before it.
    """

    def moments(self) -> Sequence[timedelta]:
        """Return when the catalog changes."""

    def apply(self, catalog: Catalog, elapsed: timedelta) -> Catalog:
        """Return the catalog as the event leaves it at a moment, which may lie before the event."""

    def truths(self, before: Catalog, patience: timedelta) -> Sequence[Truth]:
        """Return what a right watcher tells that waits for ``patience`` before it believes what may pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Events, faults and moves of addresses; ``speed`` is how much faster than real time the script runs.

    ``patience`` is the script time a difference, an absence or an outage must last to be worth telling:
    ``for`` and ``confirm_after`` of the rules it is judged with, times ``speed``.
    """

    events: tuple[Event, ...] = ()
    faults: tuple[Fault, ...] = ()
    moves: tuple[Move, ...] = ()
    speed: float = 1.0
    patience: timedelta = timedelta(minutes=30)

    def moments(self) -> tuple[timedelta, ...]:
        """Return, in order, all times at which an event changes the catalog."""
        return tuple(sorted({moment for event in self.events for moment in event.moments()}))

    def catalog_at(self, founded: Catalog, elapsed: timedelta) -> Catalog:
        """Return what the events have made of a catalog."""
        for event in self.events:
            founded = event.apply(founded, elapsed)
        return founded

    def truths(self, founded: Catalog) -> tuple[Truth, ...]:
        """Return everything a right watcher tells of this script, in time order."""
        told = [
            truth
            for event in self.events
            for truth in event.truths(self._just_before(founded, event), self.patience)
        ]
        return tuple(sorted(told, key=lambda truth: (truth.at, truth.preset, truth.subject)))

    def _just_before(self, founded: Catalog, event: Event) -> Catalog:
        first = min(event.moments(), default=timedelta(0))
        others = Script(events=tuple(other for other in self.events if other is not event))
        return others.catalog_at(founded, first + BEFORE)


Plot = Callable[[Catalog], Script]
"""Writes a script for a catalog, choosing the subjects among what is listed."""

QUIET = Script()
