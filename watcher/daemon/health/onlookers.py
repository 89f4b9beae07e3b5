"""Onlookers: who is told how the daemon fares: the heartbeat, the pages, and whoever shows it at work."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from watcher.catalog.names import Surface
from watcher.daemon.health.health import Health
from watcher.daemon.health.pulse import Pulse
from watcher.daemon.health.showing import Showing
from watcher.daemon.house import House
from watcher.daemon.ledger import Entry
from watcher.daemon.rounds.plan import Plan

Watch = Callable[[Entry], object]
"""Told of each entry, for whoever shows the daemon at work."""


class Onlookers:
    """Tells each what it wants to know, until the context ends; none of them holds up the watching."""

    def __init__(self, watch: Watch) -> None:
        self.showing = Showing()
        self._pulse = Pulse()
        self._watch = watch

    def __enter__(self) -> Self:
        """Return themselves; they begin with ``follow``."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Show nothing more."""
        self.showing.stop()

    def follow(self, house: House, health: Callable[[], Health], is_refused: Callable[[], bool]) -> None:
        """Begin, or go on under another configuration.

        ``is_refused`` tells whether the configuration was wrong when it was last read.
        """
        self._pulse.follow(house.config, health)
        self.showing.follow(house, health, is_refused)

    def judged(self, entry: Entry, plan: Plan) -> None:
        """Tell of a poll that was judged and written, or of time that passed."""
        self._pulse.judged(entry.decision.state, plan)
        self.showing.judged(entry, plan)
        self._watch(entry)

    def lost(self, surface: Surface | None, reason: str) -> None:
        """Tell of what could not be written."""
        self._pulse.lost(surface, reason)
        self.showing.lost(surface)
