"""Filling uptimes: what upstream recorded of the last days and hours, where we did not look ourselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from watcher.catalog.names import EndpointKey, ModelId, Surface
from watcher.daemon.past.backfill import NOTHING_TO_ASK, Asked, Ground, Turn, is_answer
from watcher.daemon.past.endpoint_ids import Ids, endpoints_of, ids_in
from watcher.daemon.past.errands import Errand
from watcher.daemon.past.past_uptimes import Past, past_days, past_hours
from watcher.daemon.past.uptime_gaps import endpoints_with_gaps, looks, models_to_fill, models_without_days
from watcher.openrouter import FrontendAnswers
from watcher.reading.reader import Reader

log = structlog.get_logger()


class KnownIds:
    """The frontend's ids of the endpoints that are watched, asked for where nobody else does."""

    surface = Surface.FRONTEND_ENDPOINTS

    def __init__(self, ground: Ground) -> None:
        """Know what the state knows."""
        self._ground = ground
        self._learned: dict[str, EndpointKey] = {}
        self._asked = Asked()

    def all(self) -> Ids:
        """Return which endpoint has which id."""
        return {**self._learned, **self._ground.state().uuids}

    async def fill_some(self) -> Turn:
        """Ask for the ids of a few models that are to be had nowhere else."""
        ground, errand = self._ground, self._ground.errands().get(self.surface)
        if errand is None:
            return NOTHING_TO_ASK
        now = ground.clock()
        wanted = await asyncio.to_thread(self._unnamed, errand, now)
        found = [
            (key, models[0])
            for key, models in errand.keys.items()
            if wanted.intersection(models) and not self._asked.lately(key, now)
        ]
        keys = dict(found[: ground.room()])
        if not keys:
            return NOTHING_TO_ASK
        answers = await ground.ask(self.surface, tuple(keys))
        if is_answer(answers):
            self._asked.note(keys, now)
        if answers.lost is None:
            sheet = await asyncio.to_thread(
                Reader().frontend_endpoints, answers.bodies, answers.unanswered, keys
            )
            self._learned.update(ids_in(sheet, ground.state()))
        return Turn(len(keys), answers.lost)

    def _unnamed(self, errand: Errand, now: datetime) -> frozenset[ModelId]:
        """Return the models that want their past, and of whose endpoints no id is known."""
        ground, known = self._ground, {key.model for key in self.all().values()}
        models = [model for model in errand.models if model not in known]
        return models_to_fill(
            looks(ground.store.queries, now), endpoints_of(ground.state(), models), _every(ground)
        )


class FillingDays:
    """Puts the days that upstream recorded into the history, for each model whose uptime some rule measures.

    What was measured, or asked for, is known from one run to the next; after days without us it asks again.
    """

    surface = Surface.UPTIME_RECENT

    def __init__(self, ground: Ground, ids: KnownIds) -> None:
        """Fill nothing yet."""
        self._ground = ground
        self._ids = ids
        self._asked = Asked()

    async def fill_some(self) -> Turn:
        """Fill the days of a few models."""
        ground, errand = self._ground, self._ground.errands().get(self.surface)
        room, now = ground.room(), ground.clock()
        if errand is None or not room:
            return NOTHING_TO_ASK
        wanted = frozenset(await asyncio.to_thread(self._unfilled, errand, now))
        keys = [
            key
            for key, models in errand.keys.items()
            if wanted.intersection(models) and not self._asked.lately(key, now)
        ][:room]

        def past(answers: FrontendAnswers) -> Past:
            sheet = Reader().uptime_recent(answers.bodies, answers.unanswered)
            return past_days(sheet, self._ids.all(), now)

        return await _filled(ground, self.surface, keys, self._asked, past)

    def _unfilled(self, errand: Errand, now: datetime) -> Sequence[ModelId]:
        watched = _identified(endpoints_of(self._ground.state(), errand.models), self._ids.all())
        return models_without_days(looks(self._ground.store.queries, now), watched)


class FillingHours:
    """Puts the last 72 hours that upstream recorded into the history, endpoint by endpoint.

    It asks at first sight, and where more than a few of those hours are unknown: after a gap of our own.
    """

    surface = Surface.UPTIME_HOURLY

    def __init__(self, ground: Ground, ids: KnownIds) -> None:
        """Fill nothing yet."""
        self._ground = ground
        self._ids = ids
        self._asked = Asked()

    async def fill_some(self) -> Turn:
        """Fill the hours of a few endpoints."""
        ground, errand = self._ground, self._ground.errands().get(self.surface)
        room, now, ids = ground.room(), ground.clock(), self._ids.all()
        if errand is None or not room:
            return NOTHING_TO_ASK
        wanted = await asyncio.to_thread(self._unfilled, errand, now)
        uuids = [uuid for uuid, key in ids.items() if key in wanted and not self._asked.lately(uuid, now)][
            :room
        ]

        def past(answers: FrontendAnswers) -> Past:
            return past_hours(Reader().uptime_hourly(answers.bodies, answers.unanswered), ids, now)

        return await _filled(ground, self.surface, uuids, self._asked, past)

    def _unfilled(self, errand: Errand, now: datetime) -> frozenset[EndpointKey]:
        ground = self._ground
        watched = endpoints_of(ground.state(), errand.models)
        return endpoints_with_gaps(looks(ground.store.queries, now), watched, _every(ground))


def _identified(
    watched: Mapping[ModelId, Sequence[EndpointKey]], ids: Ids
) -> Mapping[ModelId, Sequence[EndpointKey]]:
    """Return the endpoints of each model whose ids are known."""
    known = frozenset(ids.values())
    return {model: [key for key in keys if key in known] for model, keys in watched.items()}


def _every(ground: Ground) -> timedelta:
    return ground.plan().asks[Surface.ENDPOINTS].every


async def _filled(
    ground: Ground,
    surface: Surface,
    keys: Sequence[str],
    asked: Asked,
    past: Callable[[FrontendAnswers], Past],
) -> Turn:
    """Ask for some keys of a surface, and put the past that its answers tell into the history."""
    if not keys:
        return NOTHING_TO_ASK
    now = ground.clock()
    answers = await ground.ask(surface, keys)
    if is_answer(answers):
        asked.note(keys, now)
    if answers.lost is None:
        found = await asyncio.to_thread(past, answers)
        count = await asyncio.to_thread(ground.store.fill_days, found)
        log.info("history.filled", surface=surface.value, models=_models_in(found), rows=count)
    return Turn(len(keys), answers.lost)


def _models_in(past: Past) -> int:
    return len({key.model for found in past.values() for key in found})
