"""Backfill: the history from before we watched, asked for once, slowly, beside the plan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import structlog

from watcher.catalog.names import Surface
from watcher.config import Frontend
from watcher.daemon.clock import Clock
from watcher.daemon.edges import Edges
from watcher.daemon.journal import note_failure
from watcher.daemon.past.errands import REPEATED, Errand, errands
from watcher.daemon.past.pace import BATCH, LONG_REST, REST
from watcher.daemon.rounds.allowance import Allowance
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.plan import Plan
from watcher.judgement.state import State
from watcher.openrouter import CatalogClient, FrontendAnswers
from watcher.rules.rulebook import Rulebook
from watcher.store.store import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What filling the past stands on."""

    client: CatalogClient
    store: Store
    means: Means
    allowance: Allowance
    clock: Clock
    rulebook: Rulebook
    plan: Callable[[], Plan]
    state: Callable[[], State]

    def errands(self) -> Mapping[Surface, Errand]:
        """Return what is to be asked for once, for the models that are believed now."""
        listed = (tracked.record for tracked in self.state().models.values() if not tracked.gone)
        return errands(self.rulebook, listed, self.plan(), self.means)

    def room(self) -> int:
        """Return how many requests may be made at once now, for the past alone."""
        left = self.allowance.left_for_the_past(self.plan(), self.means.per_hour, self.clock())
        return min(left, BATCH)

    async def ask(self, surface: Surface, keys: Sequence[str]) -> FrontendAnswers:
        """Return what one surface answers; the requests are counted as ones beside the plan."""
        self.allowance.spend(len(keys), self.clock())
        return await self.client.frontend.each(surface, keys)


def is_answer(answers: FrontendAnswers) -> bool:
    """Tell whether something was answered, if only that upstream knows none of what was asked for."""
    return answers.lost is None or answers.nowhere


class Asked:
    """What was asked for lately, and answered, whatever the answer was."""

    def __init__(self) -> None:
        """Know of nothing."""
        self._at: dict[str, datetime] = {}

    def note(self, keys: Collection[str], now: datetime) -> None:
        """Note what is asked for now."""
        self._at = {key: at for key, at in self._at.items() if now - at < REPEATED}
        self._at.update(dict.fromkeys(keys, now))

    def lately(self, key: str, now: datetime) -> bool:
        """Tell whether something was asked for within a day."""
        at = self._at.get(key)
        return at is not None and timedelta(0) <= now - at < REPEATED


class Turn(NamedTuple):
    """How many requests a turn made, and why they brought nothing, where they did not."""

    asked: int = 0
    lost: str | None = None


NOTHING_TO_ASK = Turn()


class Filling(Protocol):
    """One kind of past, from one surface of the frontend."""

    @property
    def surface(self) -> Surface:
        """Return the surface whose loss costs this past."""

    async def fill_some(self) -> Turn:
        """Fill a little of the past, as far as there is room for it."""


class Backfill:
    """Asks once for the past of what is watched.

    What it finds goes to the history alone: never to the state, to anchors or into an alert. A surface that
    is lost is left alone for an hour, and costs only its own past.
    """

    def __init__(self, means: Means, clock: Clock, fillings: Sequence[Filling]) -> None:
        """Fill one kind of past after the other."""
        self._means = means
        self._clock = clock
        self._fillings = fillings
        self._resting: dict[Surface, datetime] = {}
        self._edges = Edges()

    async def run(self) -> None:
        """Fill a little at a time, for ever; where the frontend is not read in full, wait."""
        if self._means.frontend is not Frontend.ALL:
            await asyncio.Event().wait()
        while True:
            await self.fill_some()
            await asyncio.sleep(REST.total_seconds())

    async def fill_some(self) -> None:
        """Let each kind of past have its turn, those that are not left alone."""
        for filling in self._fillings:
            since = self._resting.get(filling.surface)
            if since is None or not timedelta(0) <= self._clock() - since < LONG_REST:
                await self._turn(filling)

    async def _turn(self, filling: Filling) -> None:
        surface = filling.surface
        try:
            asked, reason = await filling.fill_some()
        except Exception as error:  # noqa: BLE001  # history that comes later hurts nobody
            note_failure("backfill.failed", error)
            self._resting[surface] = self._clock()
            return
        if reason is not None:
            self._resting[surface] = self._clock()
            if self._edges.begins(surface, reason):
                log.warning("backfill.unanswered", surface=surface.value, reason=reason)
            return
        self._resting.pop(surface, None)
        if asked and self._edges.ends(surface):
            log.info("backfill.recovered", surface=surface.value)
