"""Soak: a month of polls through the daemon's own parts in minutes; memory, descriptors, threads and disk.

    python -m tests.benchmarks.soak [DAYS]

A simulated day of 40 models (price moves, outages, arrivals, a flip; 96 different catalogs) is served
again and again under a clock that is moved from poll to poll: models every 5 minutes, endpoints every
15, the other lists every hour, as the daemon does. Client, reader, judgement, store, lanes and retention are
the daemon's own. Promised: memory grows by less than 1 MB in 24 hours of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import structlog

from watcher.catalog.names import Surface
from watcher.config import parse
from watcher.daemon.addresses import Addresses
from watcher.daemon.house import House, keep_up, open_house
from watcher.daemon.rounds.needs import means_of
from watcher.daemon.rounds.patrol import Patrol
from watcher.daemon.rounds.schedule import seeded
from watcher.daemon.rounds.sweeping import Sweeper
from watcher.daemon.run import tune
from watcher.openrouter import CatalogClient
from watcher.reading.reader import Reader
from watcher.simulator.days import full_day
from watcher.simulator.simulation import Simulation

START = datetime(2026, 9, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MODELS = 40
MB = 1024 * 1024
CONFIG = """\
catalog: {{base_url: {base_url}, max_requests_per_minute: 1000000}}
receivers:
  log: {{file: told.jsonl, group_wait: 30s, group_interval: 5m}}
  digest: {{file: daily.jsonl, digest: {{at: 09:00}}, quiet_hours: {{from: 22:00, to: 07:00}}}}
rules:
  - use: new-free-variant
  - {{use: price-change, percent: 2}}
  - {{use: data-policy-flip, direction: any}}
  - use: uptime-drop
  - {{use: uptime-drop, name: endpoints, scope: endpoint}}
  - use: model-added
  - use: model-removed
  - use: deprecation
  - use: capability-lost
  - {{when: endpoint.price_changed, where: change.percent < 0}}
"""


class Reading(NamedTuple):
    """What the process holds after so many hours: MB, blocks of Python's, and numbers of things."""

    hour: float
    rss: float
    blocks: int
    descriptors: int
    threads: int
    disk: float


@dataclass
class Day:
    """What a catalog answers at each quarter of an hour of a day, by path."""

    answers: list[dict[str, bytes]]
    quarter: int = 0

    @classmethod
    def simulated(cls, models: int) -> Day:
        day = Simulation(seed=3, models=models, script=full_day, clock=lambda: START, start=START)
        return cls([_by_path(line) for line in day.poll_lines(QUARTER, DAY)])

    def answer(self, path: str) -> bytes | None:
        return self.answers[self.quarter % len(self.answers)].get(path)


def _by_path(line: dict[str, Any]) -> dict[str, bytes]:
    lists = {
        "/api/v1/models": line["models"],
        "/api/v1/providers": line["providers"],
        "/api/v1/endpoints/zdr": line["zdr"],
        "/api/frontend/v1/all-providers": line["frontend_providers"],
    }
    offers = {f"/api/v1/models/{name}/endpoints": body for name, body in line["endpoints"].items()}
    return {path: orjson.dumps(body) for path, body in (lists | offers).items()}


@contextlib.asynccontextmanager
async def served(day: Day) -> AsyncIterator[str]:
    """Serve a day on loopback, remembering nothing."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = day.answer(head.split(b" ", 2)[1].decode().partition("?")[0])
                status = b"404 Not Found" if body is None else b"200 OK"
                body = body or b'{"error": {"code": 404, "message": "Not Found"}}'
                fields = b"Content-Type: application/json\r\nContent-Length: %d" % len(body)
                writer.write(b"HTTP/1.1 %b\r\n%b\r\n\r\n%b" % (status, fields, body))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


class Seconds:
    """Monotonic seconds that pass when somebody waits: requests that are spread over minutes take no time."""

    def __init__(self) -> None:
        self._now = 0.0

    def __call__(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._now += seconds
        await asyncio.sleep(0)


@dataclass
class Soak:
    """Lives through days, and reads what it holds every few hours."""

    folder: Path
    day: Day
    every: timedelta = timedelta(hours=6)
    now: datetime = START
    alerts: int = 0
    polls: int = 0
    refused: int = 0
    readings: list[Reading] = field(default_factory=list)

    def live(self, days: float) -> list[Reading]:
        """Live so many days, and return the readings."""
        asyncio.run(self._live(days))
        return self.readings

    async def _live(self, days: float) -> None:
        async with served(self.day) as base_url:
            with self._house(base_url) as house:
                seconds = Seconds()
                asked = CatalogClient(
                    base_url, max_requests_per_minute=1_000_000, clock=seconds, sleep=seconds.sleep
                )
                async with asked as client:
                    patrol = Patrol(
                        Sweeper(client, Reader()),
                        house.ledger,
                        means=means_of(house.config.catalog),
                        clock=house.clock,
                        luck=seeded("soak"),
                        judged=self._judged,
                    )
                    await self._poll(house, patrol, days)

    async def _poll(self, house: House, patrol: Patrol, days: float) -> None:
        end = START + days * DAY
        while self.now < end:
            passed = self.now - START
            self.day.quarter = passed // QUARTER
            for surface in self._due(passed):
                await patrol.sweep(surface)
            while (due := house.ledger.next_due) is not None and due <= self.now:
                self._judged(house.ledger.enter(None, self.now))
            house.dispatcher.wake()
            if passed % DAY == timedelta(0):
                keep_up(house.store, self.now, house.config.keep)
            if passed % self.every == timedelta(0):
                house.dispatcher.drain(self.now + STEP)
                self.readings.append(self._reading(passed))
            self.now += STEP

    @staticmethod
    def _due(passed: timedelta) -> Sequence[Surface]:
        due = [Surface.MODELS]
        due += [Surface.ENDPOINTS] if passed % QUARTER == timedelta(0) else []
        due += [Surface.PROVIDERS, Surface.ZDR, Surface.FRONTEND] if passed % HOUR == timedelta(0) else []
        return due

    def _judged(self, entry: Any) -> None:
        self.polls += 1
        self.alerts += len(entry.decision.alerts)
        self.refused += len(entry.decision.refused)

    @contextlib.contextmanager
    def _house(self, base_url: str) -> Iterator[House]:
        source = self.folder / "config.yaml"
        config = parse(CONFIG.format(base_url=base_url), {}, source=source)
        with open_house(config, config.rulebook, Addresses(), clock=lambda: self.now) as house:
            yield house

    def _reading(self, passed: timedelta) -> Reading:
        gc.collect()
        files = [path for path in (self.folder / "state").rglob("*") if path.is_file()]
        return Reading(
            hour=passed / HOUR,
            rss=_rss() / MB,
            blocks=sys.getallocatedblocks(),
            descriptors=len(list(Path("/proc/self/fd").iterdir())),
            threads=threading.active_count(),
            disk=sum(path.stat().st_size for path in files) / MB,
        )


def _rss() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) * 1024


def slope(readings: Sequence[Reading], name: str) -> float:
    """Return by how much something grows in 24 hours, by least squares."""
    hours = [reading.hour for reading in readings]
    values = [float(getattr(reading, name)) for reading in readings]
    middle, mean = sum(hours) / len(hours), sum(values) / len(values)
    spread = sum((hour - middle) ** 2 for hour in hours)
    pairs = zip(hours, values, strict=True)
    return 24 * sum((hour - middle) * (value - mean) for hour, value in pairs) / spread


def quiet() -> None:
    """Log errors only."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def main(days: float = 30) -> None:
    """Live through some days and print what was held."""
    quiet()
    tune()
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), Day.simulated(MODELS))
        readings = soak.live(days)
    settled = [reading for reading in readings if reading.hour >= min(24, days * 12)]
    print(f"{soak.polls:,} decisions, {soak.alerts:,} alerts, {soak.refused:,} refused, in {days:g} days")
    print(f"{'':>12} {'at first':>10} {'in the end':>10} {'in 24 h':>10}")
    for name in Reading._fields[1:]:
        first, last = getattr(settled[0], name), getattr(settled[-1], name)
        print(f"{name:>12} {first:>10,.1f} {last:>10,.1f} {slope(settled, name):>+10,.3f}")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
