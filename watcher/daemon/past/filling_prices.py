"""Filling prices: what upstream lists of earlier prices, once for each model whose endpoints are watched."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog

from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import ListedPricesSheet
from watcher.daemon.past.backfill import NOTHING_TO_ASK, Asked, Ground, Turn, is_answer
from watcher.daemon.past.past_cheapest import cheapest_past
from watcher.daemon.past.past_prices import has_past_prices, past_prices
from watcher.reading.reader import Reader

log = structlog.get_logger()


class FillingPrices:
    """Puts each endpoint's listed prices into the history, and what was cheapest of them.

    A model whose endpoints were listed before we saw them is known to be filled from one run to the next.
    """

    surface = Surface.LISTED_PRICES

    def __init__(self, ground: Ground) -> None:
        """Fill nothing yet."""
        self._ground = ground
        self._done: set[ModelId] = set()
        self._asked = Asked()

    async def fill_some(self) -> Turn:
        """Fill the history of a few models."""
        ground, errand = self._ground, self._ground.errands().get(self.surface)
        room, now = ground.room(), ground.clock()
        if errand is None or not room:
            return NOTHING_TO_ASK
        models = [model for model in errand.models if not self._asked.lately(model, now)]
        wanted = await asyncio.to_thread(self._unfilled, models, room)
        keys = {key: models[0] for key, models in errand.keys.items() if wanted.intersection(models)}
        if not keys:
            return NOTHING_TO_ASK
        answers = await ground.ask(self.surface, tuple(keys))
        if is_answer(answers):
            self._asked.note(wanted, now)
        if answers.lost is not None:
            return Turn(len(keys), answers.lost)
        sheet = await asyncio.to_thread(Reader().listed_prices, answers.bodies, answers.unanswered, keys)
        count = await asyncio.to_thread(self._fill, sheet)
        self._done.update(sheet.rows)
        log.info("history.filled", surface=self.surface.value, models=len(sheet.rows), rows=count)
        return Turn(len(keys))

    def _fill(self, sheet: ListedPricesSheet) -> int:
        state = self._ground.state()
        return self._ground.store.fill([*past_prices(sheet, state), *cheapest_past(sheet, state)])

    def _unfilled(self, models: Iterable[ModelId], most: int) -> frozenset[ModelId]:
        queries, state, found = self._ground.store.queries, self._ground.state(), set[ModelId]()
        for model in models:
            if len(found) >= most:
                break
            if model in self._done or not state.endpoints.get(model):
                continue
            if has_past_prices(model, queries, state):
                self._done.add(model)
            else:
                found.add(model)
        return frozenset(found)
