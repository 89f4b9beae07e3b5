"""Measure the CPU of fetching the catalog: our client against bare httpx and orjson, on loopback.

Run as a script: ``python tests/benchmarks/bench_fetch.py [ROUNDS]``. A server in another process serves 424
documents of a real catalog's size; the rounds alternate, and the medians of ``process_time`` are compared.
"""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from multiprocessing.connection import Connection

import httpx
import orjson

from watcher.catalog.names import ModelId
from watcher.openrouter import CatalogClient

MODELS = tuple(ModelId(f"author/model-{number}") for number in range(423))
DESCRIPTION = "A model that is described at length. " * 8
ROUNDS = 9


def endpoint(number: int) -> dict[str, object]:
    return {
        "name": f"Provider {number} | author/model",
        "model_id": "author/model",
        "provider_name": f"Provider {number}",
        "tag": f"provider-{number}/fp8",
        "quantization": "fp8",
        "context_length": 131072,
        "max_completion_tokens": None,
        "max_prompt_tokens": None,
        "pricing": {"prompt": f"0.0000{number}25", "completion": f"0.000{number}", "discount": 0},
        "supported_parameters": ["max_tokens", "temperature", "tools", "tool_choice", "seed", "stop"],
        "status": 0,
        "uptime_last_5m": 99.1 + number / 10,
        "uptime_last_30m": 98.40498564447893,
        "uptime_last_1d": 97.5,
        "supports_implicit_caching": False,
        "latency_last_30m": None,
        "throughput_last_30m": None,
    }


def documents() -> dict[str, bytes]:
    """Return 423 documents of about 2.9 kB by path, and one of about 690 kB."""
    pages: dict[str, object] = {
        f"/api/v1/models/{model}/endpoints": {
            "data": {"id": model, "description": DESCRIPTION, "endpoints": [endpoint(n) for n in range(5)]}
        }
        for model in MODELS
    }
    rows = [{"id": model, "description": DESCRIPTION, "benchmarks": [endpoint(1)] * 2} for model in MODELS]
    pages["/api/v1/models"] = {"data": rows, "total_count": len(rows), "links": {"next": None}}
    return {path: orjson.dumps(page) for path, page in pages.items()}


class Server(asyncio.Protocol):
    """The least server there is: its CPU is not what is measured."""

    def __init__(self, pages: Mapping[str, bytes], encoding: bytes) -> None:
        self._pages = pages
        self._encoding = encoding
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode().partition("?")[0]
            body = self._pages[path]
            fields = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + self._encoding
            self._transport.write(fields + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def serve(compressed: bool, told: Connection) -> None:
    async def forever() -> None:
        pages = documents()
        if compressed:
            pages = {path: gzip.compress(page) for path, page in pages.items()}
        encoding = b"Content-Encoding: gzip\r\n" if compressed else b""
        server = await asyncio.get_running_loop().create_server(
            lambda: Server(pages, encoding), "127.0.0.1", 0
        )
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


async def measured(fetch: Callable[[], Awaitable[object]]) -> float:
    started = time.process_time()
    await fetch()
    return time.process_time() - started


async def compare(base: str, rounds: int) -> tuple[float, float]:
    """Return the median CPU seconds of a cycle: bare httpx one after another, and our client."""
    urls = [f"{base}{path}" for path in documents()]
    bare: list[float] = []
    ours: list[float] = []
    async with (
        httpx.AsyncClient() as plain,
        CatalogClient(base, max_requests_per_minute=1_000_000) as client,
    ):

        async def fetch_plainly() -> None:
            for url in urls:
                orjson.loads((await plain.get(url)).content)

        async def fetch_politely() -> None:
            await client.models(len(MODELS))
            answers = await client.endpoints(MODELS)
            assert len(answers.bodies) == len(MODELS), answers.unanswered

        for _ in range(rounds + 1):
            bare.append(await measured(fetch_plainly))
            ours.append(await measured(fetch_politely))
    return statistics.median(bare[1:]), statistics.median(ours[1:])


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    for compressed in (False, True):
        here, there = multiprocessing.Pipe()
        server = multiprocessing.get_context("spawn").Process(
            target=serve, args=(compressed, there), daemon=True
        )
        server.start()
        bare, ours = asyncio.run(compare(f"http://127.0.0.1:{here.recv()}", rounds))
        server.terminate()
        kind = "gzip" if compressed else "plain"
        sys.stdout.write(
            f"{kind}: httpx {bare * 1000:.0f} ms, ours {ours * 1000:.0f} ms, ratio {ours / bare:.2f}\n"
        )


if __name__ == "__main__":
    main()
