"""Questions to a made-up upstream, and what it answers them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TypeVar

from tests.openrouter.upstream import Clock, Route, Upstream, client, reply, upstream
from watcher.catalog.names import ModelId
from watcher.openrouter import CatalogClient, Limits

OPUS, FREE, LATEST = ModelId("anthropic/opus"), ModelId("z-ai/glm:free"), ModelId("~z-ai/glm-latest")
T = TypeVar("T")
ZERO = timedelta(0)
SWIFT = Limits(backoff=ZERO, longest_backoff=ZERO, jitter=ZERO)


def page(*rows: str, total: int | None = None, link: str | None = None) -> Route:
    body: dict[str, object] = {"data": [{"id": row} for row in rows], "links": {"next": link}}
    return reply(body if total is None else {**body, "total_count": total})


def offers(model: str) -> Route:
    return reply({"data": {"id": model, "endpoints": []}})


def path(model: str) -> str:
    return f"/api/v1/models/{model}/endpoints"


def ask(
    routes: Mapping[str, Route],
    question: Callable[[CatalogClient], Awaitable[T]],
    *,
    limits: Limits = SWIFT,
    clock: Clock | None = None,
    **options: object,
) -> tuple[T, Upstream]:
    async def asking() -> tuple[T, Upstream]:
        async with (
            upstream(routes) as server,
            client(server.base, limits, clock or Clock(), **options) as catalog,
        ):
            return await question(catalog), server

    return asyncio.run(asking())
