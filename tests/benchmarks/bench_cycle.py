"""Measure the CPU of a whole cycle against a bare fetch of the same documents, warm and cold, on loopback.

Run as a script: ``python tests/benchmarks/bench_cycle.py [ROUNDS]``. A server in another process replays
recorded polls of the real catalog (../shared/data; where there is none, a simulated catalog of its size).
Warm: ``httpx`` with 8 requests at once and ``orjson.loads``, alternating with the daemon's own cycle; the
next poll is served before each round, so there are real changes to judge. Cold: whole processes, the same
program started anew against ``watcher once``. Promised are 1.5 warm, 2.5 cold and 120 MB.

Figures of 2026-11-26 (2 cores, busy, Python 3.11, polls of 2026-08-07, 385 documents): warm 393 against 472
ms, ratio 0.83; cold 1910 against 1076 ms, ratio 1.78; peak memory of ``once`` 95 MB, bare 41 MB. The state of
2026-11-22 beside it in the same hour: warm 0.82, cold 1.65.
"""

from __future__ import annotations

import asyncio
import gc
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import httpx
import orjson

from watcher.archive.recorded import raw_polls
from watcher.catalog.names import Surface
from watcher.config import Config, Frontend, parse
from watcher.daemon import logs
from watcher.daemon.addresses import Addresses
from watcher.daemon.clock import wall_clock
from watcher.daemon.house import House, open_house
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.patrol import Patrol
from watcher.daemon.rounds.sweeping import Sweeper
from watcher.daemon.run import tune
from watcher.reading.reader import Reader
from watcher.simulator.days import full_day
from watcher.simulator.replay import Pace, Poll, Replay
from watcher.simulator.server import serve_forever
from watcher.simulator.simulation import Simulation

ROOT = Path(__file__).parents[2]
RECORDING = ROOT.parent / "shared" / "data" / "polls" / "2026-08-07.jsonl.zst"
ROUNDS = 15
COLD_ROUNDS = 7
AT_ONCE = 8
DEFAULT_COLLECTOR = (700, 10, 10)
SWEPT = (Surface.MODELS, Surface.PROVIDERS, Surface.ENDPOINTS)

CONFIG = """\
models: ["*"]
catalog: {{base_url: {base_url}, frontend: none, max_requests_per_minute: 6000}}
receivers: {{terminal: {{console: true}}}}
rules: [{{use: new-free-variant}}, {{use: price-change}}, {{use: uptime-drop}}]
"""

PEAK = """\
import atexit
atexit.register(lambda: print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]))
"""
"""The kernel's own figure counts what the parent held when it forked; this one begins with the program."""

BARE = (
    PEAK
    + """\
import asyncio, json, sys
import httpx, orjson
async def main(urls):
    turns = iter(urls)
    async with httpx.AsyncClient() as client:
        async def work():
            for url in turns:
                orjson.loads((await client.get(url)).content)
        await asyncio.gather(*(work() for _ in range(8)))
asyncio.run(main(json.load(open(sys.argv[1]))))
"""
)
ONCE = (
    PEAK
    + "import sys; from watcher.cli import main; sys.argv = ['watcher', 'once', '-c', sys.argv[1]]; main()"
)


class Cost(NamedTuple):
    """User and system CPU seconds of one process, and its peak memory in MB."""

    cpu: float
    peak: float


def polls() -> Iterator[Poll]:
    if RECORDING.is_file():
        return raw_polls([RECORDING])
    world = Simulation(seed=1, models=424, script=full_day, clock=wall_clock)
    return world.poll_lines(timedelta(minutes=15), timedelta(days=1))


def serve(told: Connection) -> None:
    serve_forever(Replay(polls(), pace=Pace.STEP, clock=wall_clock), ready=told.send)


async def fetch_bare(client: httpx.AsyncClient, urls: Sequence[str]) -> None:
    turns = iter(urls)

    async def work() -> None:
        for url in turns:
            orjson.loads((await client.get(url)).content)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def measured(work: Callable[[], Awaitable[object]]) -> float:
    started = time.process_time()
    await work()
    return time.process_time() - started


async def warm(house: House, base_url: str, rounds: int) -> tuple[list[float], list[float], int]:
    """Return the CPU seconds of each bare fetch and of each cycle of ours, and how many documents it was."""
    bare: list[float] = []
    ours: list[float] = []
    async with httpx.AsyncClient() as plain, house.client() as client:
        patrol = Patrol(
            Sweeper(client, Reader()),
            house.ledger,
            means=Means(frontend=Frontend.NONE),
            clock=house.clock,
            luck=lambda surface, at: 0.5,  # noqa: ARG005  # no jitter
            judged=lambda entry: None,  # noqa: ARG005  # nobody waits for it
        )

        async def cycle() -> None:
            for surface in SWEPT:
                await patrol.sweep(surface)

        await cycle()
        urls = documents(base_url, patrol.plan().models)
        for _ in range(rounds):
            await plain.post(f"{base_url}/__step")
            gc.set_threshold(*DEFAULT_COLLECTOR)
            bare.append(await measured(lambda: fetch_bare(plain, urls)))
            tune()
            ours.append(await measured(cycle))
    return bare, ours, len(urls)


def documents(base_url: str, models: Iterable[str]) -> list[str]:
    listed = [f"{base_url}/api/v1/models?output_modalities=all", f"{base_url}/api/v1/providers"]
    return listed + [f"{base_url}/api/v1/models/{model}/endpoints" for model in models]


def configured(base_url: str, folder: Path) -> tuple[Config, Addresses, Path]:
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(base_url=base_url))
    addresses = Addresses()
    config = parse(path.read_text(), {}, source=path, targets=addresses)
    # A sweep is spread over a third of its interval, and never above its rate: neither is CPU.
    instant = replace(config.rulebook, intervals=dict.fromkeys(Surface, timedelta(microseconds=3)))
    catalog = replace(config.catalog, max_requests_per_minute=1_000_000)
    return replace(config, rulebook=instant, catalog=catalog), addresses, path


def cost(*arguments: str) -> Cost:
    """Run a program to its end and return what it cost."""
    child = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout is not None
    said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, arguments
    return Cost(usage.ru_utime + usage.ru_stime, int(said.split()[-1]) / 1024)


def cold(base_url: str, urls: Sequence[str], folder: Path) -> tuple[list[Cost], list[Cost]]:
    """Return the costs of the bare program and of ``once`` as whole processes, alternating.

    The first ``once`` of all has no state; the others find what the one before left.
    """
    listed, path = folder / "urls.json", folder / "cold.yaml"
    listed.write_text(json.dumps(urls))
    path.write_text(f"state: {folder / 'cold'}\n" + CONFIG.format(base_url=base_url))
    pairs = []
    for _ in range(COLD_ROUNDS):
        httpx.post(f"{base_url}/__step")
        pairs.append((cost("-c", BARE, str(listed)), cost("-c", ONCE, str(path))))
    return [bare for bare, _ in pairs], [ours for _, ours in pairs]


def compare(base_url: str, rounds: int, folder: Path) -> Iterator[str]:
    config, addresses, _ = configured(base_url, folder)
    with open_house(config, config.rulebook, addresses, open_transport=None) as house:
        bare, ours, count = asyncio.run(warm(house, base_url, rounds))
        urls = documents(base_url, [m for m, known in house.ledger.state.models.items() if not known.gone])
    yield f"warm, {count} documents: {told(bare, ours)}"
    bare_costs, our_costs = cold(base_url, urls, folder)
    yield f"cold: {told([c.cpu for c in bare_costs], [c.cpu for c in our_costs])}"
    first = our_costs[0]
    yield f"cold, first start: {first.cpu * 1000:.0f} ms, peak {first.peak:.0f} MB"
    bare_peak, our_peak = max(one.peak for one in bare_costs), max(one.peak for one in our_costs)
    yield f"peak memory: bare {bare_peak:.0f} MB, ours {our_peak:.0f} MB"


def told(bare: Sequence[float], ours: Sequence[float]) -> str:
    reference, cycle = statistics.median(bare), statistics.median(ours)
    times = f"httpx and orjson {reference * 1000:.0f} ms, ours {cycle * 1000:.0f} ms"
    return f"{times}, ratio {cycle / reference:.2f}"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    logs.configure("warning")
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory() as folder:
        for line in compare(here.recv(), rounds, Path(folder)):
            print(line, flush=True)
    server.terminate()


if __name__ == "__main__":
    main()
