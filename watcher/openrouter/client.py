"""The catalog's client: every surface of OpenRouter's API, asked politely."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import Self

import httpx

from watcher.catalog.names import ModelId
from watcher.openrouter import addresses, pages
from watcher.openrouter.answers import Answer, EndpointAnswers, Unanswered
from watcher.openrouter.asking import Asker
from watcher.openrouter.envelope import unwrap_bare, unwrap_plain
from watcher.openrouter.exchange import Exchange, Unwrap
from watcher.openrouter.frontend import Frontend
from watcher.openrouter.limits import STANDARD, Limits
from watcher.openrouter.pace import Pace
from watcher.openrouter.requests import USER_AGENT, Requests
from watcher.openrouter.sweeps import Sweep
from watcher.openrouter.transport import open_transport

FRONTEND_PART = 8
"""The frontend gets one part of so many of the requests per minute: 30 of 240."""

FRONTEND_ATTEMPTS = 2
FRONTEND_FAILURES = 4


class CatalogClient:
    """Asks one catalog; an async context manager.

    ``base_url`` is ``https://openrouter.ai`` or anything that speaks the same API. In no minute do more than
    ``max_requests_per_minute`` requests start, in no hour more than ``max_requests_per_hour``, and no more
    than ``concurrency`` are on their way at once. The frontend gets a small part of the rate, and a pause
    that it asks for holds for it alone. ``clock`` counts monotonic seconds. Raises ``ValueError`` for a URL
    or key that no request can carry.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None = None,
        max_requests_per_minute: int = 240,
        max_requests_per_hour: int | None = None,
        concurrency: int = 4,
        limits: Limits = STANDARD,
        user_agent: str = USER_AGENT,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._requests = Requests(base_url, api_key=api_key, user_agent=user_agent, limits=limits)
        self._transport = transport or open_transport(self._requests.base, concurrency)
        self._pace = Pace(
            per_minute=max_requests_per_minute,
            per_hour=max_requests_per_hour,
            patience=limits.patience,
            clock=clock,
            sleep=sleep,
        )
        self._slow = Pace(
            per_minute=max(max_requests_per_minute // FRONTEND_PART, 1),
            patience=limits.patience,
            clock=clock,
            sleep=sleep,
            within=self._pace,
        )
        self._asker = Asker(Exchange(self._transport, self._pace, limits), self._pace, limits)
        self._limits = limits
        self.frontend = self._frontend()
        self._concurrency = concurrency
        self._by_model: Mapping[ModelId, httpx.Request | None] = {}

    async def __aenter__(self) -> Self:
        """Return the client; connections open when they are needed."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        await self._transport.aclose()

    async def models(self, previous_count: int | None = None) -> Answer | Unanswered:
        """Return the list of models, all pages in one document.

        ``previous_count`` is how many were believed last: a list that shrank, or names no ``total_count``,
        gets the one of ``/models/count``, for whoever judges the list to compare with its rows.
        """
        sweep = self._asker.sweep()

        async def get(url: httpx.URL) -> Answer | Unanswered:
            return await self._asker.ask(self._requests.get(url), self._limits.list_bytes, sweep)

        whole = await pages.gather(get, self._requests.url(addresses.MODELS), self._limits.pages)
        if isinstance(whole, Unanswered):
            return whole
        return await pages.checked(get, self._requests.url(addresses.MODELS_COUNT), whole, previous_count)

    async def providers(self) -> Answer | Unanswered:
        """Return the documented list of providers."""
        return await self._list(addresses.PROVIDERS)

    async def zdr(self) -> Answer | Unanswered:
        """Return the list of endpoints with zero data retention."""
        return await self._list(addresses.ZDR)

    async def endpoints(
        self,
        models: Sequence[ModelId],
        *,
        spread: timedelta = timedelta(0),
        tick: Callable[[], object] = lambda: None,
    ) -> EndpointAnswers:
        """Return the endpoints of some models; each of them is in exactly one of the two parts.

        The requests start evenly over ``spread``; ``tick`` is called after each. A host that fails again and
        again ends the sweep, and the rest is unanswered. An empty list is an answer (routers, aliases and
        models that lost their last endpoint, observed); a 404 is none.
        """
        self._by_model = {model: self._by_model.get(model) or self._endpoints_of(model) for model in models}
        answers = EndpointAnswers({}, {})
        turns = iter(enumerate(self._by_model.items()))
        gap = spread.total_seconds() / max(len(self._by_model), 1)
        start, sweep = self._pace.now(), self._asker.sweep_of(len(self._by_model))

        async def work() -> None:
            for index, (model, request) in turns:
                if gap and sweep.ended is None:
                    await self._pace.until(start + index * gap)
                answers.put(model, await self._document(request, sweep))
                tick()

        async with asyncio.TaskGroup() as workers:
            for _ in range(min(self._concurrency, len(self._by_model))):
                workers.create_task(work())
        return answers

    def spent(self) -> int:
        """Return how many requests started in the last hour, 0 where no limit has them counted."""
        return self._pace.spent()

    def _frontend(self) -> Frontend:
        limits = replace(
            self._limits,
            attempts=min(self._limits.attempts, FRONTEND_ATTEMPTS),
            failures_in_a_row=min(self._limits.failures_in_a_row, FRONTEND_FAILURES),
        )

        def asker(unwrap: Unwrap) -> Asker:
            return Asker(Exchange(self._transport, self._slow, limits, unwrap), self._slow, limits)

        return Frontend(self._requests, asker(unwrap_bare), asker(unwrap_plain), self._slow, limits)

    async def _list(self, path: str) -> Answer | Unanswered:
        request = self._requests.get(self._requests.url(path))
        return await self._asker.ask(request, self._limits.list_bytes, self._asker.sweep())

    async def _document(self, request: httpx.Request | None, sweep: Sweep) -> Answer | Unanswered:
        if request is None:
            return Unanswered("not asked: no path can carry this id")
        return await self._asker.ask(request, self._limits.endpoints_bytes, sweep)

    def _endpoints_of(self, model: ModelId) -> httpx.Request | None:
        path = addresses.endpoints_path(model)
        return None if path is None else self._requests.get(self._requests.url(path))
