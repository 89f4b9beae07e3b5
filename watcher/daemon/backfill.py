"""Backfill: the history of prices from before we watched, once for each model, slowly."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog

from watcher.catalog.names import ModelId, Surface
from watcher.config import Frontend
from watcher.daemon.allowance import Allowance
from watcher.daemon.clock import Clock
from watcher.daemon.journal import note_failure
from watcher.daemon.needs import Means
from watcher.daemon.past_prices import past_prices
from watcher.daemon.plan import Plan
from watcher.judgement.state import State
from watcher.openrouter import CatalogClient
from watcher.reading.reader import Reader
from watcher.store.store import Store

REST = timedelta(minutes=5)
LONG_REST = timedelta(hours=1)
"""So long after nothing was answered."""

BATCH = 5

log = structlog.get_logger()


class Backfill:
    """Asks once for the listed prices of each model whose endpoints are watched.

    What it finds goes to the history alone: never to the state, to anchors or into an alert. A model whose
    endpoints were listed before we saw them is known to be filled from one run to the next.
    """

    def __init__(
        self,
        client: CatalogClient,
        store: Store,
        means: Means,
        allowance: Allowance,
        *,
        clock: Clock,
        plan: Callable[[], Plan],
        state: Callable[[], State],
    ) -> None:
        self._client = client
        self._store = store
        self._means = means
        self._allowance = allowance
        self._clock = clock
        self._plan = plan
        self._state = state
        self._done: set[ModelId] = set()

    async def run(self) -> None:
        """Fill a few models at a time, for ever; where the frontend is not read in full, wait."""
        if self._means.frontend is not Frontend.ALL:
            await asyncio.Event().wait()
        while True:
            rest = REST
            try:
                if not await self.fill_some():
                    rest = LONG_REST
            except Exception as error:  # noqa: BLE001  # history that comes later hurts nobody
                note_failure("backfill.failed", error)
                rest = LONG_REST
            await asyncio.sleep(rest.total_seconds())

    async def fill_some(self) -> bool:
        """Fill the history of a few models, as far as there is room for it; tell whether they answered."""
        made, now = self._plan(), self._clock()
        left = min(self._allowance.left(made, self._means.per_hour, now), BATCH)
        wanted = await asyncio.to_thread(self._unfilled, made, left)
        if not wanted:
            return True
        self._allowance.spend(len(wanted), now)
        keys = {key: model for key, model in made.ids.items() if model in wanted}
        answers = await self._client.frontend.each(Surface.LISTED_PRICES, tuple(keys))
        if answers.lost is not None:
            return False
        sheet = Reader().listed_prices(answers.bodies, answers.unanswered, keys)
        count = await asyncio.to_thread(self._store.fill, list(past_prices(sheet, self._state())))
        self._done.update(sheet.rows)
        log.info("history.filled", models=len(sheet.rows), rows=count)
        return True

    def _unfilled(self, made: Plan, most: int) -> frozenset[ModelId]:
        state, found = self._state(), set[ModelId]()
        for model in made.models:
            if len(found) >= most:
                break
            if model in self._done or not state.endpoints.get(model):
                continue
            if self._is_filled(model, state):
                self._done.add(model)
            else:
                found.add(model)
        return frozenset(found)

    def _is_filled(self, model: ModelId, state: State) -> bool:
        """Tell whether the history knows of an endpoint of a model before we first saw one."""
        first = min(tracked.first_seen for tracked in state.endpoints[model].values())
        oldest = self._store.queries.history(model, event="endpoint.added", limit=1, oldest_first=True)
        return any(change.at < first for change in oldest)
