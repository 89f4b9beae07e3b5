"""The pulse: what the heartbeat says after each poll, under whichever configuration is in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from watcher.catalog.names import Surface
from watcher.config import Config, HeartbeatSettings
from watcher.daemon.health.health import Health
from watcher.daemon.health.heartbeat import Heartbeat
from watcher.daemon.rounds.blind import blind, sentences
from watcher.daemon.rounds.plan import Plan
from watcher.judgement.state import State
from watcher.rules.rulebook import Rulebook
from watcher.store.errors import StoreError

PATIENCE = 25.0
"""Seconds that the end of a single sweep waits for its pings: two that are not answered, and a little."""


class Pulse:
    """Keeps one heartbeat, or none, and tells it how we are."""

    def __init__(self) -> None:
        self._heartbeat: Heartbeat | None = None
        self._rulebook = Rulebook(rules=(), receivers=())
        self._health: Callable[[], Health] = lambda: Health(stands=False)

    def follow(self, config: Config, health: Callable[[], Health]) -> None:
        """Beat as a configuration asks; one that asks for the same as before changes nothing."""
        self._rulebook, self._health = config.rulebook, health
        if self._heartbeat is not None:
            if config.heartbeat == self._heartbeat.settings:
                return
            self._heartbeat.stop(0)
        self._heartbeat = None if config.heartbeat is None else Heartbeat(config.heartbeat)
        if self._heartbeat is not None:
            self._heartbeat.start()

    def judged(self, state: State, plan: Plan) -> None:
        """Say how we are after a poll that was judged and written."""
        if self._heartbeat is not None:
            troubled = sentences(blind(state, plan, self._rulebook))
            self._heartbeat.tell(dying=self._health().sentences, troubled=troubled)

    def lost(self, surface: Surface | None, reason: str) -> None:
        """Say that what follows from a poll could not be written."""
        if self._heartbeat is not None:
            about = f"{surface}: " if surface else ""
            self._heartbeat.tell(dying=(f"{about}the poll could not be written down: {reason}",))


@contextmanager
def beating_once(settings: HeartbeatSettings | None) -> Iterator[Heartbeat | None]:
    """Give the heartbeat of a single sweep; it also says what ended the sweep, and has spoken afterwards."""
    if settings is None:
        yield None
        return
    heartbeat = Heartbeat(settings)
    heartbeat.start()
    try:
        yield heartbeat
    except Exception as error:
        heartbeat.tell(dying=(str(error) if isinstance(error, StoreError) else type(error).__name__,))
        raise
    finally:
        heartbeat.stop(PATIENCE)
