"""Measure how many requests a second the simulator answers over keep-alive connections.

Run as a script: ``python tests/benchmarks/bench_simulator.py [MODELS]``. The simulator is another process.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from urllib.parse import urlsplit

from watcher.simulator.founding import found

CONNECTIONS = 8
REQUESTS = 1_000


async def ask(host: str, port: int, models: list[str]) -> None:
    """Ask for the endpoints of many models over one connection."""
    reader, writer = await asyncio.open_connection(host, port)
    for number in range(REQUESTS):
        path = f"/api/v1/models/{models[number % len(models)]}/endpoints"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
    writer.close()


async def load(host: str, port: int, models: list[str]) -> float:
    """Return the seconds that all connections together took."""
    began = time.perf_counter()
    await asyncio.gather(*(ask(host, port, models) for _ in range(CONNECTIONS)))
    return time.perf_counter() - began


def main(models: str = "400") -> None:
    """Start a simulator, load it three times and print requests per second."""
    command = [sys.executable, "-m", "watcher.simulator", "0", models]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        try:
            address = urlsplit(serving.stdout.readline().strip() if serving.stdout else "")
            ids = list(found(1, int(models)).listings)
            for _ in range(3):
                seconds = asyncio.run(load(address.hostname or "", address.port or 0, ids))
                sys.stdout.write(f"{CONNECTIONS * REQUESTS / seconds:.0f} requests/s\n")
        finally:
            serving.terminate()


if __name__ == "__main__":
    main(*sys.argv[1:])
