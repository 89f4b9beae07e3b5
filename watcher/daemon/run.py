"""Running: the daemon, from its start to the signal that ends it."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
from collections.abc import Awaitable, Callable, Iterable

import structlog

from watcher import __version__
from watcher.config import Config, Frontend
from watcher.daemon.addresses import Addresses
from watcher.daemon.heartbeat import Heartbeat
from watcher.daemon.house import House, OpenTransport, open_house, prune, refitted
from watcher.daemon.ledger import Entry
from watcher.daemon.patrol import Patrol
from watcher.daemon.rereading import Rereading
from watcher.daemon.schedule import seeded
from watcher.daemon.signals import Ending, heeded
from watcher.daemon.sweeping import Sweeper
from watcher.reading.reader import Reader

DAY = 86_400.0
PATIENCE = 50_000
"""The garbage collector looks after so many new objects: a parsed poll is 60,000 that all die together."""

log = structlog.get_logger()

Watch = Callable[[Entry], object]
"""Told of each entry, for whoever shows the daemon at work."""


def nobody(entry: Entry) -> None:
    """Watch nothing."""


def run(
    config: Config,
    addresses: Addresses,
    *,
    until: Callable[[], Awaitable[object]] | None = None,
    watch: Watch = nobody,
    open_transport: OpenTransport | None = None,
    rereading: Rereading | None = None,
) -> None:
    """Watch until SIGTERM or SIGINT, or until ``until`` ends. Raises StoreError.

    With ``rereading``, a configuration that changed replaces the one in force.
    """
    with (
        heeded() as ending,
        open_house(config, config.rulebook, addresses, check=True, open_transport=open_transport) as house,
    ):
        log.info("daemon.started", version=__version__, pid=os.getpid(), catalog=config.catalog.base_url)
        _log_doubts(config)
        gc.freeze()
        tune()
        asyncio.run(_watch(house, ending, rereading, until, watch))
        log.info("daemon.stopping")
    log.info("daemon.stopped")


def tune() -> None:
    """Let the garbage collector be patient: in a poll there is nothing for it to find."""
    gc.set_threshold(PATIENCE, 20, 100)


async def _watch(
    house: House,
    ending: Ending,
    rereading: Rereading | None,
    until: Callable[[], Awaitable[object]] | None,
    watch: Watch,
) -> None:
    while True:
        found: list[tuple[Config, Addresses]] = []
        works: list[Awaitable[object]] = [_prune_daily(house), ending.wait()]
        works += [] if until is None else [_as_coroutine(until)]
        works += [] if rereading is None else [_reread(rereading, house.config, ending, found)]
        await _watch_under_one(house, works, watch)
        if not found:
            return
        house = refitted(house, *found.pop())
        log.info("config.reloaded", rules=len(house.config.rulebook.rules), targets=len(house.targets))
        _log_doubts(house.config)


async def _reread(
    rereading: Rereading, config: Config, ending: Ending, found: list[tuple[Config, Addresses]]
) -> None:
    found.append(await rereading.renewed(config, ending.hangup))


async def _watch_under_one(house: House, works: Iterable[Awaitable[object]], watch: Watch) -> None:
    """Watch under one configuration, until one of the other works is done."""
    heartbeat = None if house.config.heartbeat is None else Heartbeat(house.config.heartbeat.reveal())

    def judged(entry: Entry) -> None:
        if entry.decision.notifications:
            house.dispatcher.wake()
        if heartbeat is not None and house.dispatcher.is_alive():
            heartbeat.beat()
        watch(entry)

    async with house.client() as client:
        patrol = Patrol(
            Sweeper(client, Reader(), house.keep()),
            house.ledger,
            frontend=house.config.catalog.frontend is not Frontend.NONE,
            clock=house.clock,
            luck=seeded(f"{socket.gethostname()} {house.config.state}"),
            judged=judged,
        )
        pings = [] if heartbeat is None else [heartbeat.run()]
        await first_of([patrol.walk(), *works, *pings])


def _log_doubts(config: Config) -> None:
    for doubt in config.warnings:
        log.warning("config.doubted", line=doubt.line, key=doubt.path, reason=doubt.message)


async def first_of(works: Iterable[Awaitable[object]]) -> None:
    """Wait until one of several works is done, end the others, and raise what the first one raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _as_coroutine(until: Callable[[], Awaitable[object]]) -> object:
    return await until()


async def _prune_daily(house: House) -> None:
    while True:
        await asyncio.to_thread(prune, house.store, house.clock())
        await asyncio.sleep(DAY)
