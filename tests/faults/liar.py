"""A liar: a proxy before a true catalog, that says whatever it is told to say."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

MIB = 1024 * 1024
JSON = "application/json; charset=utf-8"
LISTS = ("models", "providers", "zdr", "all-providers")


@cache
def bomb() -> bytes:
    return gzip.compress(bytes(200 * MIB))


@dataclass(slots=True)
class Liar:
    """Where it listens; ``tell`` makes it say something else from now on."""

    port: int = 0
    lie: Lie | None = None
    served: set[str] = field(default_factory=set)
    moved_on: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tell(self, lie: Lie | None, *, patience: float) -> int:
        """Tell a lie, or the truth, until some surfaces heard it or patience ends; return how many did."""
        with self.lock:
            self.moved_on.set()
            self.lie, self.served, self.moved_on = lie, set(), threading.Event()
        waited = 0.0
        while len(self.served) < len(LISTS) and waited < patience:
            self.moved_on.wait(0.05)
            waited += 0.05
        return len(self.served)


class Mouth(BaseHTTPRequestHandler):
    """Answers one request; a lie is handed this, with what is true."""

    protocol_version = "HTTP/1.1"
    liar: ClassVar[Liar]
    truth: ClassVar[tuple[str, int]]

    def do_GET(self) -> None:
        with self.liar.lock:
            lie, served, over = self.liar.lie, self.liar.served, self.liar.moved_on
        self.over = over
        served.add(self.path.partition("?")[0].split("/")[-1])
        status, body = self._true()
        with contextlib.suppress(OSError):
            if lie is None or status != http.client.OK:
                self.say(body, status)
            else:
                lie(self, body)
        self.close_connection = self.close_connection or lie is not None

    def say(
        self, body: bytes, status: int = 200, *, kind: str = JSON, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer with a body."""
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def reset(self) -> None:
        """Break the connection off."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _true(self) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(*self.truth, timeout=20)
        try:
            connection.request("GET", self.path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def log_message(self, *_: object) -> None: ...


Lie = Callable[[Mouth, bytes], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""


@contextlib.contextmanager
def lying_before(base_url: str) -> Iterator[Liar]:
    """Stand before a catalog; the truth is told until a lie is."""
    host, _, port = base_url.removeprefix("http://").partition(":")
    bomb()  # takes a second to make, which nobody is to wait for
    liar = Liar()
    mouth = type("LyingMouth", (Mouth,), {"liar": liar, "truth": (host, int(port))})
    server = _Server(("127.0.0.1", 0), mouth)
    liar.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield liar
    finally:
        liar.moved_on.set()
        server.shutdown()
        server.server_close()


def fixed(body: bytes, status: int = 200, *, kind: str = JSON, **headers: str) -> Lie:
    """Return a lie that says the same to everybody."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda mouth, _: mouth.say(body, status, kind=kind, headers=named)


def twisted(twist: Callable[[list[dict[str, Any]]], list[Any]], *, recount: bool = True) -> Lie:
    """Return a lie that changes the rows of every list, and the endpoints of every model."""

    def lie(mouth: Mouth, truth: bytes) -> None:
        document = json.loads(truth)
        data = document.get("data")
        if isinstance(data, list):
            document["data"] = twist(data)
            if recount and "total_count" in document:
                document["total_count"] = len(document["data"])
        elif isinstance(data, dict) and isinstance(data.get("endpoints"), list):
            data["endpoints"] = twist(data["endpoints"])
        mouth.say(json.dumps(document).encode())

    return lie


def replaced(old: bytes, new: bytes) -> Lie:
    """Return a lie that puts other bytes in place of some."""
    return lambda mouth, truth: mouth.say(truth.replace(old, new))


def priced(price: object) -> Lie:
    """Return a lie in which everything has one price."""

    def twist(rows: list[dict[str, Any]]) -> list[Any]:
        return [
            row | ({"pricing": dict.fromkeys(row["pricing"], price)} if row.get("pricing") else {})
            for row in rows
        ]

    return twisted(twist)


def hang(mouth: Mouth, _: bytes) -> None:
    """Say nothing until the next lie."""
    mouth.over.wait(20)
    mouth.reset()


def reset(mouth: Mouth, _: bytes) -> None:
    """Break the connection off."""
    mouth.reset()


def cut(mouth: Mouth, truth: bytes) -> None:
    """Promise all and send half."""
    mouth.say(truth[: len(truth) // 2], headers={"Content-Length": str(len(truth))})
    mouth.reset()


def drip(mouth: Mouth, _: bytes) -> None:
    """Send a byte now and then, until the next lie."""
    mouth.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
    while not mouth.over.wait(0.02):
        mouth.wfile.write(b" ")
    mouth.reset()


def remembered(bodies: Mapping[str, bytes]) -> Lie:
    """Return a lie that says what was true long ago."""
    return lambda mouth, truth: mouth.say(bodies.get(mouth.path, truth))


def scaled(rows: list[dict[str, Any]]) -> list[Any]:
    """Give all prices in another unit."""
    return [_repriced(row, _times) for row in rows]


def _repriced(row: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    pricing = row.get("pricing")
    return row | {"pricing": change(pricing)} if isinstance(pricing, dict) else row


def _times(pricing: dict[str, Any]) -> dict[str, Any]:
    return {
        meter: str(float(price) * 1e6) if isinstance(price, str) else price
        for meter, price in pricing.items()
    }


def without(*fields: str) -> Lie:
    """Return a lie in which no row has some fields."""
    return twisted(lambda rows: [{name: row[name] for name in row if name not in fields} for row in rows])


def first_with(**fields: object) -> Lie:
    """Return a lie about the first row of everything."""
    return twisted(lambda rows: [rows[0] | fields, *rows[1:]] if rows else rows)


LIES: Mapping[str, Lie] = {
    "silence": hang,
    "a broken connection": reset,
    "500": fixed(b'{"error": {"code": 500, "message": "Internal"}}', 500),
    "503": fixed(b"", 503),
    "429": fixed(b"{}", 429, Retry_After="1"),
    "403 in HTML": fixed(b"<html>no</html>", 403, kind="text/html"),
    "HTML with 200": fixed(b"<!doctype html><title>OpenRouter</title>", kind="text/html"),
    "{}": fixed(b"{}"),
    "[]": fixed(b"[]"),
    "null": fixed(b"null"),
    "empty data": twisted(lambda _: []),
    "half a catalog": twisted(lambda rows: rows[: len(rows) // 2]),
    "half a catalog that counts the whole": twisted(lambda rows: rows[: len(rows) // 2], recount=False),
    "a body cut in half": cut,
    "a gzip bomb": lambda mouth, _: mouth.say(bomb(), headers={"Content-Encoding": "gzip"}),
    "50 MB": fixed(b'{"data": [' + b'{"id": "a/b", "name": "x"},' * (50 * MIB // 27) + b"{}]}"),
    "a million rows": fixed(b'{"data": [' + b",".join([b"{}"] * 1_000_000) + b"]}"),
    "NaN prices": replaced(b'"prompt":"', b'"prompt":NaN,"was":"'),
    "huge prices": priced("1e300"),
    "negative prices": priced("-7"),
    "prices that are words": priced("free"),
    "every id twice": twisted(lambda rows: [*rows, *rows]),
    "a depth of 100,000": fixed(b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "lone surrogates": replaced(b'"name":"', b'"name":"\\ud800'),
    "NUL and overrides in every id": replaced(b'"id":"', b'"id":"\\u0000\\u202e'),
    "a description of 1 MB": first_with(description="x" * MIB, name="y" * MIB),
    "a new field on every row": twisted(lambda rows: [row | {"telepathy": True} for row in rows]),
    "another unit": twisted(scaled),
    "no prices anywhere": without("pricing"),
    "no policies anywhere": without("dataPolicy", "data_policy", "supported_parameters", "context_length"),
    "a redirect to another host": fixed(b"", 301, Location="https://elsewhere.example/"),
    "a drip": drip,
}  # fmt: skip
