"""The server: a few bounded HTTP connections on one address, in a thread of their own.

The judgement keeps the daemon's own loop busy for moments, and a daemon that is stuck must be able to say so:
hence a thread with a loop of its own. h11 reads the requests. A connection is one request, has a few seconds
for all of it, and gives way to a newer one when there are too many: whoever drips bytes holds up nobody.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

import h11
import structlog

from watcher.web.pages import Answer, Request, refusal

SECONDS = 5.0
"""For one connection, from its first byte to the last."""

CONNECTIONS = 32
LARGEST_HEAD = 8192
CHUNK = 4096

GUARDS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}

log = structlog.get_logger()

Answering = Callable[[Request], Answer]


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address; OSError when the port is taken, or not for us."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=CONNECTIONS)


class PagesServer:
    """Serves from ``start`` to ``stop``; ``answering`` is called in its thread."""

    def __init__(self, bound: socket.socket, answering: Answering, *, seconds: float = SECONDS) -> None:
        """Take a socket that listens; it is closed at the end."""
        self._bound = bound
        self._answering = answering
        self._seconds = seconds
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        self._open: dict[asyncio.Task[None], None] = {}
        self._is_failing = False
        self._thread = threading.Thread(target=self._run, name="pages", daemon=True)

    @property
    def address(self) -> str:
        """Return where it listens: ``127.0.0.1:9464`` or ``[::1]:9464``."""
        host, port = self._bound.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Close every connection and the socket, and wait at most so long for that."""
        with suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(seconds)

    def is_alive(self) -> bool:
        """Tell whether the thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, sock=self._bound, limit=LARGEST_HEAD)
        await self._ending.wait()
        # Whoever was accepted already is let in before the door is shut, and then out: asyncio would forget
        # a connection that is accepted and not served yet, and leave it open.
        self._loop.remove_reader(self._bound)
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in self._open:
                task.cancel()
            await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)
        server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # asyncio runs every such callback as a task
        if len(self._open) >= CONNECTIONS:
            next(iter(self._open)).cancel()
        self._open[task] = None
        # Draining then means that all of it has left: a slow reader has no more time than a slow writer.
        writer.transport.set_write_buffer_limits(high=0)
        try:
            async with asyncio.timeout(self._seconds):
                await self._exchange(reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            del self._open[task]
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
        try:
            request = await _request(connection, reader)
        except h11.RemoteProtocolError as error:
            answer = refusal(HTTPStatus(error.error_status_hint))
            writer.write(written(connection, answer, with_body=True))
        else:
            if request is None:
                return
            writer.write(written(connection, self._answered(request), with_body=request.method != "HEAD"))
        await writer.drain()

    def _answered(self, request: Request) -> Answer:
        try:
            answer = self._answering(request)
        except Exception as error:  # noqa: BLE001  # whatever is wrong with a page, the next is answered
            if not self._is_failing:
                log.error("web.failed", error=type(error).__name__, place=_place(error))  # noqa: TRY400  # no text of it
            self._is_failing = True
            return refusal(HTTPStatus.INTERNAL_SERVER_ERROR)
        if self._is_failing:
            log.info("web.recovered")
        self._is_failing = False
        return answer


def _place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename}:{last.lineno}"


async def _request(connection: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    """Return the request of a connection; None when its peer leaves before it is whole."""
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Request):
            hosts = [value for name, value in event.headers if name == b"host"]
            return Request(
                method=event.method.decode("ascii"),
                target=event.target.decode("ascii", "replace"),
                host=hosts[0].decode("latin-1") if hosts else None,
            )
        if event is not h11.NEED_DATA:
            return None
        connection.receive_data(await reader.read(CHUNK))


def written(connection: h11.Connection, answer: Answer, *, with_body: bool) -> bytes:
    """Return an answer as it goes over the wire."""
    headers = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body)), **GUARDS}
    if answer.status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "GET, HEAD"
    head = h11.Response(
        status_code=answer.status.value,
        reason=answer.status.phrase.encode(),
        headers=[(name.encode(), value.encode()) for name, value in headers.items()],
    )
    sent = connection.send(head) or b""
    if with_body:
        sent += connection.send(h11.Data(data=answer.body)) or b""
    return sent + (connection.send(h11.EndOfMessage()) or b"")
