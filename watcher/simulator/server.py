"""The server: a small HTTP/1.1 server on loopback, with keep-alive and gzip, for one site."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self

from watcher.simulator.answers import Answer, Request, Site, requested

LOOPBACK = "127.0.0.1"
MOST_HEADER = 65_536
MOST_KEPT = 64 * 1024 * 1024
"""Bytes of bodies whose gzipped form is remembered."""
LEAST_GZIPPED = 512
ROUNDS = 5
"""Turns of the loop until a connection that was just accepted is made, dropped and closed."""
_END = b"\r\n\r\n"


class Server:
    """Serves a site in a thread of its own, as a context manager; port 0 takes a free one.

    ``requests`` counts what was asked so far. Leaving the context closes all connections, also hanging ones.
    """

    def __init__(self, site: Site, *, port: int = 0) -> None:
        self._site = site
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._connections: set[_Connection] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="simulator", daemon=True)
        self._listener: asyncio.Server | None = None
        self._packer = _Packer()
        self.requests = 0

    @property
    def base_url(self) -> str:
        """Return the address to configure as ``catalog.base_url``."""
        return f"http://{LOOPBACK}:{self._port}"

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._port = self._do(self._listen())
        except OSError:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self._close())
        self._end()

    def wait(self) -> None:
        """Wait for ever, or until interrupted: for a process that only serves."""
        self._thread.join()

    def _do(self, coroutine: Coroutine[object, object, int]) -> int:
        future: Future[int] = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        return future.result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> int:
        self._listener = await self._loop.create_server(self._connection, LOOPBACK, self._port)
        port: int = self._listener.sockets[0].getsockname()[1]
        return port

    async def _close(self) -> int:
        if self._listener is not None:
            self._listener.close()
        for _ in range(ROUNDS):
            for connection in tuple(self._connections):
                connection.drop()
            await asyncio.sleep(0)
        return self.requests

    def _connection(self) -> _Connection:
        return _Connection(self._answer, self._connections)

    def _answer(self, request: Request, headers: Mapping[str, str]) -> tuple[Answer, bytes]:
        self.requests += 1
        answer = self._site.answer(request)
        return answer, self._packer.packed(answer, gzipped="gzip" in headers.get("accept-encoding", ""))


class _Packer:
    """Turns answers into bytes; bodies that are asked for again are packed once."""

    def __init__(self) -> None:
        self._gzipped: dict[bytes, bytes] = {}
        self._kept = 0

    def packed(self, answer: Answer, *, gzipped: bool) -> bytes:
        body, encoding = answer.body, ""
        if gzipped and len(body) >= LEAST_GZIPPED:
            body, encoding = self._gzip(body), "Content-Encoding: gzip\r\n"
        extra = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
        head = (
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n"
            f"Date: {format_datetime(datetime.now(UTC), usegmt=True)}\r\n"
            f"Content-Type: {answer.content_type}\r\nContent-Length: {len(body)}\r\n"
            f"Cache-Control: public, max-age=0, s-maxage=300\r\nAge: 0\r\nVary: Accept-Encoding\r\n"
            f"{encoding}{extra}\r\n"
        )
        return head.encode() + (body[: len(body) // 2] if answer.cut else body)

    def _gzip(self, body: bytes) -> bytes:
        known = self._gzipped.get(body)
        if known is not None:
            return known
        if self._kept > MOST_KEPT:
            self._gzipped.clear()
            self._kept = 0
        self._kept += len(body)
        return self._gzipped.setdefault(body, gzip.compress(body, compresslevel=1, mtime=0))


Answering = Callable[[Request, Mapping[str, str]], tuple[Answer, bytes]]


class _Connection(asyncio.Protocol):
    def __init__(self, answer: Answering, open_: set[_Connection]) -> None:
        self._answer = answer
        self._open = open_
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._hanging = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport if isinstance(transport, asyncio.Transport) else None
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        self._open.discard(self)

    def drop(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._is_open() and not self._hanging and self._serve_next():
            pass

    def _is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def _serve_next(self) -> bool:
        head, end, rest = self._buffer.partition(_END)
        if not end:
            if len(head) > MOST_HEADER:
                self.drop()
            return False
        method, target, version, headers = _parsed(head)
        length = int(headers.get("content-length", "0") or 0)
        if len(rest) < length:
            return False
        self._buffer = rest[length:]
        self._serve(requested(method, target), version, headers)
        return True

    def _serve(self, request: Request, version: str, headers: Mapping[str, str]) -> None:
        answer, packed = self._answer(request, headers)
        if answer.hang:
            self._hanging = True
            return
        if self._transport is None:
            return
        self._transport.write(packed)
        if answer.cut or headers.get("connection", "").lower() == "close" or version == "HTTP/1.0":
            # Kept, for what is still to be written when the server ends is dropped then.
            self._transport.close()


def _parsed(head: bytes) -> tuple[str, str, str, Mapping[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, _, rest = first.partition(" ")
    target, _, version = rest.rpartition(" ")
    pairs = (line.partition(":") for line in lines)
    return method, target, version, {name.strip().lower(): value.strip() for name, _, value in pairs}


def serve_forever(site: Site, *, port: int = 0, ready: Callable[[str], None]) -> None:
    """Serve a site until the process is interrupted; ``ready`` is told the base URL once it answers."""
    with Server(site, port=port) as server:
        ready(server.base_url)
        server.wait()
