"""Exchanges: one GET and all that can become of it, as a value."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from datetime import timedelta

import httpx

from watcher.openrouter import bodies
from watcher.openrouter.addresses import joined, stays
from watcher.openrouter.answers import Answer, Unanswered
from watcher.openrouter.envelope import TOO_MANY, UNAVAILABLE, unwrap
from watcher.openrouter.limits import Limits
from watcher.openrouter.pace import Pace
from watcher.openrouter.retry_after import asked_pause
from watcher.openrouter.sweeps import Sweep

Unwrap = Callable[[int, str, bytes | bytearray], Answer | Unanswered]
"""Makes an outcome of a response's status, content type and body."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Exchange:
    """Sends requests, one attempt each.

    What upstream does wrong is ``Unanswered``, never an exception. A 429, or a 503 that names a time, pauses
    everybody at ``pace``.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, pace: Pace, limits: Limits, unwrap: Unwrap = unwrap
    ) -> None:
        self._transport = transport
        self._pace = pace
        self._limits = limits
        self._unwrap = unwrap
        self._total = limits.total.total_seconds()
        self._flight = bodies.Flight(limits.flight_bytes)

    async def attempt(self, request: httpx.Request, most: int, sweep: Sweep) -> Answer | Unanswered:
        """Return the document a request is answered with, of at most ``most`` bytes."""
        try:
            async with asyncio.timeout(self._total):
                return await self._follow(request, most, sweep)
        except TimeoutError:
            return Unanswered(f"no complete answer within {self._total:g} s")
        except httpx.TransportError as error:
            return Unanswered(self._spelled(error, request.url.host), passing=True)
        except bodies.BodyError as error:
            return Unanswered(str(error))

    async def _follow(self, request: httpx.Request, most: int, sweep: Sweep) -> Answer | Unanswered:
        origin = request.url
        for _ in range(self._limits.hops + 1):
            response = await self._transport.handle_async_request(request)
            try:
                if response.status_code not in REDIRECTS:
                    return await self._outcome(response, most, sweep)
            finally:
                await response.stream.aclose()  # type: ignore[union-attr]  # an async transport's stream is async
            target = joined(request.url, response.headers.get("location", ""))
            if target is None or not stays(origin, target):
                return Unanswered("redirected to another host", response.status_code)
            request = httpx.Request(
                "GET", target, headers=_without_host(request.headers), extensions=request.extensions
            )
        return Unanswered(f"redirected more than {self._limits.hops} times")

    async def _outcome(self, response: httpx.Response, most: int, sweep: Sweep) -> Answer | Unanswered:
        status, headers = response.status_code, response.headers
        if status in (TOO_MANY, UNAVAILABLE):
            self._pause(status, asked_pause(headers))
        body = await bodies.read(response, min(most, sweep.bytes_left), self._flight)
        sweep.spend(len(body), bodies.weigh(body, sweep.values_left))
        return self._unwrap(status, headers.get("content-type", ""), body)

    def _pause(self, status: int, asked: timedelta | None) -> None:
        if asked is None and status == TOO_MANY:
            asked = self._limits.unstated_pause
        if asked is not None:
            self._pace.pause(min(asked, self._limits.longest_pause))

    def _spelled(self, error: httpx.TransportError, host: str) -> str:
        match error:
            case httpx.ConnectError() if _is_unknown_name(error):
                return f"ConnectError: the name {host} is not known: no network, no DNS, or mistyped"
            case httpx.ConnectTimeout():
                return f"no connection within {self._limits.connect.total_seconds():g} s"
            case httpx.ReadTimeout():
                return f"silent for {self._limits.read.total_seconds():g} s"
            case _:
                return f"{type(error).__name__}: {error}".removesuffix(": ")


def _is_unknown_name(error: BaseException | None) -> bool:
    """Tell whether a name without an address is behind an error."""
    while error is not None and not isinstance(error, socket.gaierror):
        error = error.__cause__ or error.__context__
    return error is not None


def _without_host(headers: httpx.Headers) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name.lower() != "host"]
