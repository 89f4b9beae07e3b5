"""A made upstream on loopback that answers, or misbehaves, as its routes are written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson

from watcher.openrouter import CatalogClient, Limits


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    target: str
    headers: Mapping[str, str]


Route = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def reply(
    body: bytes | object,
    status: int = 200,
    *,
    content_type: str = "application/json; charset=utf-8",
    headers: Mapping[str, str] | None = None,
    length: int | None = None,
) -> Route:
    """Return a route that answers once and for all with one response; JSON unless given bytes."""
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    fields = {
        "Content-Type": content_type,
        "Content-Length": str(len(content) if length is None else length),
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        del asked
        writer.write(f"HTTP/1.1 {status} Made\r\n{head}\r\n".encode() + content)
        await writer.drain()
        if length is not None:
            writer.close()

    return answer


def raw(content: bytes) -> Route:
    """Return a route that writes bytes as they are and hangs up."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        del asked
        writer.write(content)
        await writer.drain()
        writer.close()

    return answer


def turns(*routes: Route) -> Route:
    """Return a route that answers differently each time; the last one stays."""
    left = list(routes)

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(asked, writer)

    return answer


async def hang(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    del asked, writer
    await asyncio.Event().wait()


async def hang_up(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Close the connection without a word."""
    del asked
    writer.close()


async def drip(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Send a body a byte at a time, for ever."""
    del asked
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.001)


@dataclass
class Upstream:
    """The server: routes by path, and every request it got."""

    routes: Mapping[str, Route]
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    open_now: int = 0
    most_at_once: int = 0

    @property
    def base(self) -> str:
        """Return the base URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def targets(self) -> list[str]:
        """Return the targets asked for, in order."""
        return [asked.target for asked in self.asked]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while not writer.is_closing():
                await self._answer(await reader.readuntil(b"\r\n\r\n"), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.decode().rstrip().split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines)
        asked = Asked(target=first.split(" ")[1], headers=fields)
        self.asked.append(asked)
        self.open_now += 1
        self.most_at_once = max(self.most_at_once, self.open_now)
        try:
            route = self.routes.get(asked.target) or self.routes.get(asked.target.partition("?")[0])
            await (route or NOT_THERE)(asked, writer)
        finally:
            self.open_now -= 1


NOT_THERE = reply({"error": {"code": 404, "message": "Not Found"}}, 404)


@asynccontextmanager
async def upstream(routes: Mapping[str, Route]) -> AsyncIterator[Upstream]:
    """Run an upstream on an ephemeral port of loopback."""
    made = Upstream(routes)
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await made.talk(reader, writer)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Clock:
    """Seconds that pass only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def client(base: str, limits: Limits, clock: Clock, **options: object) -> CatalogClient:
    """Return a client whose waiting costs no time."""
    return CatalogClient(base, limits=limits, clock=clock, sleep=clock.sleep, **options)  # type: ignore[arg-type]  # options are the client's own
