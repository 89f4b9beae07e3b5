"""The heartbeat: a ping while we live, so that our own silence can page somebody."""

from __future__ import annotations

import asyncio

import httpx
import structlog

SECONDS = 10.0
FIRST_ERROR = 400

log = structlog.get_logger()


class Heartbeat:
    """Asks for a URL after each poll that was judged and written; several at once are one."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._bell = asyncio.Event()
        self._is_failing = False

    def beat(self) -> None:
        """Ask for a ping soon."""
        self._bell.set()

    async def run(self) -> None:
        """Ping whenever it is asked for, until cancelled. A ping that fails is told once."""
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            while True:
                await self._bell.wait()
                self._bell.clear()
                self._note(await _ping(client, self._url))

    def _note(self, reason: str | None) -> None:
        if reason is not None and not self._is_failing:
            log.warning("heartbeat.failed", reason=reason)
        if reason is None and self._is_failing:
            log.info("heartbeat.recovered")
        self._is_failing = reason is not None


async def _ping(client: httpx.AsyncClient, url: str) -> str | None:
    """Return why a ping did not arrive, without the URL: who knows it can forge our life."""
    try:
        async with asyncio.timeout(SECONDS), client.stream("GET", url) as response:
            return None if response.status_code < FIRST_ERROR else f"HTTP {response.status_code}"
    except TimeoutError:
        return f"no answer within {SECONDS:g} s"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__
