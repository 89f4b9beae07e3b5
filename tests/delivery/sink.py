"""A sink: an HTTP server on loopback that behaves as badly as its path says."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Request:
    """What one client sent."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Sink:
    """Where it listens, and what it got; ``over`` frees every client it holds."""

    port: int
    requests: list[Request] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def got(self, path: str) -> list[Request]:
        with self.lock:
            return [request for request in self.requests if request.path.startswith(path)]


class _Server(ThreadingHTTPServer):
    request_queue_size = 128


@contextlib.contextmanager
def sink() -> Iterator[Sink]:
    """Serve ok, status/N, later/SECONDS, hang, drip, redirect, huge, says/TEXT (404), agrees/TEXT (200)."""
    server = _Server(("127.0.0.1", 0), BaseHTTPRequestHandler)
    state = Sink(server.server_address[1])
    server.RequestHandlerClass = _handler(state)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()


def _handler(state: Sink) -> type[BaseHTTPRequestHandler]:
    class Handler(_Misbehaving):
        sink = state

    return Handler


class _Misbehaving(BaseHTTPRequestHandler):
    sink: Sink

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.sink.lock:
            self.sink.requests.append(Request(self.path, dict(self.headers.items()), body))
        behaviour, _, argument = self.path.lstrip("/").partition("/")
        with contextlib.suppress(OSError):
            self.behave(behaviour, argument)
        self.close_connection = True

    def behave(self, behaviour: str, argument: str) -> None:
        match behaviour:
            case "status":
                self.answer(int(argument), b"no")
            case "later":
                self.answer(429, b"slow down", {"Retry-After": argument})
            case "hang":
                self.sink.over.wait(30)
            case "drip":
                self.drip()
            case "redirect":
                self.answer(307, b"", {"Location": f"http://127.0.0.1:{self.sink.port}/ok/elsewhere"})
            case "huge":
                self.huge()
            case "agrees":
                self.answer(200, argument.partition("/")[0].encode())
            case "says":
                self.answer(404, argument.encode())
            case _:
                self.answer(200, b"ok")

    def answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        while not self.sink.over.wait(0.05):
            self.wfile.write(b"x")

    def huge(self) -> None:
        self.send_response(500)
        self.end_headers()
        for _ in range(200):
            self.wfile.write(b"x" * 1_000_000)

    def log_message(self, *_: object) -> None:
        pass
