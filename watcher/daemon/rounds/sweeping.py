"""Sweeping: one surface or several, asked for, kept where an archive is wanted, and read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, assert_never

from watcher.catalog.names import ModelId, Surface
from watcher.catalog.recording import NOWHERE_IS_NOTHING, NULL_IS_NOTHING, RECORDED_AS
from watcher.catalog.sheets import Seen, blank
from watcher.openrouter import Answer, CatalogClient, EndpointAnswers, FrontendAnswers, Unanswered
from watcher.reading.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the frontend answered to each thing it was asked for; ``ids`` names the models behind the keys."""

    answers: FrontendAnswers
    ids: Mapping[str, ModelId] = field(default_factory=dict)


Outcome = Answer | Unanswered | EndpointAnswers | Asked
Keep = Callable[[datetime, Mapping[str, object]], object]
"""Takes what was answered at one time, keyed like a recorded poll; the bodies are still whole."""

NOTHING = FrontendAnswers(bodies={}, unanswered={})
LONGEST_LIST = timedelta(minutes=10)
"""A list that comes in a hundred pages, a drop at a time, ends too."""


def keep_nothing(at: datetime, bodies: Mapping[str, object]) -> None:
    """Keep no archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a sweep goes by.

    ``listed`` is how many models were believed last, ``models`` whose endpoints are asked for, over
    ``spread``. ``keys`` are what the frontend is asked for, and ``ids`` the models behind them.
    """

    listed: int | None = None
    models: Sequence[ModelId] = ()
    keys: Sequence[str] = ()
    ids: Mapping[str, ModelId] = field(default_factory=dict)
    spread: timedelta = timedelta(0)


class Sweeper:
    """Asks one catalog, and reads what it answers.

    ``tick`` is called with a surface whenever one of the many requests of its sweep has ended.
    """

    def __init__(
        self,
        client: CatalogClient,
        reader: Reader,
        keep: Keep = keep_nothing,
        tick: Callable[[Surface], object] = lambda _: None,
    ) -> None:
        self._client = client
        self._reader = reader
        self._keep = keep
        self._tick = tick

    async def ask(self, surface: Surface, wanted: Wanted) -> Outcome:
        """Return what upstream answers, and where it answers nothing why not."""
        match surface:
            case Surface.MODELS:
                return await _in_time(self._client.models(wanted.listed))
            case Surface.ENDPOINTS:
                return await self._client.endpoints(
                    wanted.models, spread=wanted.spread, tick=lambda: self._tick(surface)
                )
            case Surface.PROVIDERS:
                return await _in_time(self._client.providers())
            case Surface.ZDR:
                return await _in_time(self._client.zdr())
            case Surface.FRONTEND | Surface.FRONTEND_CATALOG:
                return await _in_time(self._client.frontend.one(surface))
            case Surface.SCHEMA:
                return Asked(answers=await self._client.frontend.schema())
            case _:
                answers = await self._client.frontend.each(
                    surface, wanted.keys, spread=wanted.spread, tick=lambda: self._tick(surface)
                )
                return Asked(answers=answers, ids=wanted.ids)

    def read(self, outcomes: Mapping[Surface, Outcome], at: datetime) -> Seen:
        """Return what was seen at ``at``, when the last answer came; it is kept before it is read."""
        self._keep(
            at, {RECORDED_AS[surface]: _body(surface, outcome) for surface, outcome in outcomes.items()}
        )
        sheets: dict[str, Any] = {
            _SEEN_AS[surface]: self._sheet(surface, outcome) for surface, outcome in outcomes.items()
        }
        return Seen(at=at, **sheets)

    def _sheet(self, surface: Surface, outcome: Outcome) -> object:
        match outcome:
            case EndpointAnswers(bodies=bodies, unanswered=unanswered):
                return self._reader.endpoints(bodies, unanswered)
            case Unanswered(reason=reason):
                return blank(surface, reason)
            case Answer(body=body):
                return self._list(surface, body)
            case Asked(answers=FrontendAnswers(nowhere=True)) if surface in NOWHERE_IS_NOTHING:
                return self._asked(surface, NOTHING, {})
            case Asked(answers=FrontendAnswers(lost=str(reason))):
                return blank(surface, reason)
            case Asked(answers=answers, ids=ids):
                return self._asked(surface, answers, ids)
        assert_never(outcome)

    def _list(self, surface: Surface, body: object) -> object:
        match surface:
            case Surface.MODELS:
                return self._reader.models(body)
            case Surface.PROVIDERS:
                return self._reader.providers(body)
            case Surface.ZDR:
                return self._reader.zdr(body)
            case Surface.FRONTEND_CATALOG:
                return self._reader.frontend_catalog(body)
            case _:
                return self._reader.policies(body, surface)

    def _asked(self, surface: Surface, answers: FrontendAnswers, ids: Mapping[str, ModelId]) -> object:
        bodies, unanswered, reader = answers.bodies, answers.unanswered, self._reader
        match surface:
            case Surface.FRONTEND_ENDPOINTS:
                return reader.frontend_endpoints(bodies, unanswered, ids)
            case Surface.LISTED_PRICES:
                return reader.listed_prices(bodies, unanswered, ids)
            case Surface.UPTIME_RECENT:
                return reader.uptime_recent(bodies, unanswered)
            case Surface.UPTIME_HOURLY:
                return reader.uptime_hourly(bodies, unanswered)
            case Surface.TOP_APPS:
                return reader.top_apps(bodies, unanswered, ids)
            case Surface.ACTIVITY:
                return reader.activity(bodies, unanswered, ids)
            case Surface.AUTHORS:
                return reader.authors(bodies, unanswered)
            case Surface.VERSIONS:
                return reader.versions(bodies, unanswered, ids)
            case _:
                return reader.schema(bodies, unanswered)


_SEEN_AS = {surface: surface.value for surface in Surface} | {Surface.FRONTEND: "policies"}
"""The fields of ``Seen``."""


def failed(surface: Surface, reason: str, at: datetime) -> Seen:
    """Return a sweep that gave nothing, for a reason of our own."""
    sheets: dict[str, Any] = {_SEEN_AS[surface]: blank(surface, reason)}
    return Seen(at=at, **sheets)


async def _in_time(answer: Awaitable[Answer | Unanswered]) -> Answer | Unanswered:
    try:
        async with asyncio.timeout(LONGEST_LIST.total_seconds()):
            return await answer
    except TimeoutError:
        return Unanswered(f"the list was not complete within {LONGEST_LIST.total_seconds() / 60:g} min")


def _body(surface: Surface, outcome: Outcome) -> object:
    """Return what a recorded poll says of a surface (see ``RECORDED_AS``)."""
    match outcome:
        case EndpointAnswers(bodies=bodies, unanswered=unanswered):
            return {**bodies, **dict.fromkeys(unanswered)}
        case Answer(body=body):
            return body
        case Asked(answers=FrontendAnswers(nowhere=True)) if surface in NOWHERE_IS_NOTHING:
            return {}
        case Unanswered() | Asked(answers=FrontendAnswers(lost=str())):
            return None
        case Asked(answers=answers) if surface in NULL_IS_NOTHING:
            return answers.bodies
        case Asked(answers=answers):
            return {**answers.bodies, **dict.fromkeys(answers.unanswered)}
    assert_never(outcome)
