"""Running: the daemon, from its start to the signal that ends it."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import socket
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager, suppress
from typing import NamedTuple

import structlog

from watcher import __version__
from watcher.catalog.names import Surface
from watcher.config import Config
from watcher.daemon.addresses import Addresses
from watcher.daemon.globs import GlobWatch
from watcher.daemon.health.attendant import Attendant, attended
from watcher.daemon.health.notify import Notifier
from watcher.daemon.health.onlookers import Onlookers, Watch
from watcher.daemon.health.vitals import Vitals, patience_of
from watcher.daemon.health.watchdog import watched_over
from watcher.daemon.house import House, OpenTransport, keep_up, open_house, refitted
from watcher.daemon.ledger import Entry
from watcher.daemon.opening import patiently
from watcher.daemon.past.backfill import Ground
from watcher.daemon.past.fillings import backfill_of
from watcher.daemon.rereading import Rereading
from watcher.daemon.rounds.allowance import Allowance
from watcher.daemon.rounds.needs import means_of
from watcher.daemon.rounds.patrol import Patrol, poll_of
from watcher.daemon.rounds.schedule import seeded
from watcher.daemon.rounds.sweeping import Sweeper
from watcher.daemon.signals import Ending, heeded
from watcher.reading.reader import Reader
from watcher.store.errors import StoreError

DAY = 86_400.0
TURNS = 3
"""So often in its patience the event loop says that it turns."""

M_MMAP_THRESHOLD = -3
"""glibc's name for the size from which on a buffer is a mapping of its own (mallopt(3))."""

LARGE_BUFFER = 256 * 1024
PATIENCE = 50_000
"""The garbage collector looks after so many new objects: a parsed poll is 60,000 that all die together."""

log = structlog.get_logger()


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
    notifier: Notifier | None = None,
) -> None:
    """Watch until SIGTERM or SIGINT, or until ``until`` ends. Raises StoreError.

    With ``rereading``, a configuration that changed replaces the one in force; ``notifier`` is told how it
    goes.
    """
    told, onlookers = notifier or Notifier(), Onlookers(watch)

    def opened() -> AbstractContextManager[House]:
        return open_house(
            config,
            config.rulebook,
            addresses,
            check=True,
            open_transport=open_transport,
            tried=onlookers.showing.tried,
        )

    with heeded() as ending, patiently(opened, told, ending) as house:
        log.info("daemon.started", version=__version__, pid=os.getpid(), catalog=config.catalog.base_url)
        _log_doubts(config)
        gc.freeze()
        tune()
        vitals = Vitals(house.dispatcher.signs, loop_patience=patience_of(told.watchdog))
        vitals.turned()
        with watched_over(vitals, told), attended(house, vitals, told) as attendant, onlookers:
            asyncio.run(_watch(Watched(house, vitals, attendant, onlookers), ending, rereading, until))
            log.info("daemon.stopping")
            told.stopping()
            vitals.fall()
    log.info("daemon.stopped")


def tune() -> None:
    """Let the garbage collector be patient: in a poll there is nothing for it to find.

    And let large buffers be given back as soon as they are freed: after a few large answers glibc would keep
    such buffers for itself, scattered over a heap that never shrinks again (30 MB after a hostile server).
    """
    gc.set_threshold(PATIENCE, 20, 100)
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BUFFER)


class Watched(NamedTuple):
    """A house, and who looks after it."""

    house: House
    vitals: Vitals
    attendant: Attendant
    onlookers: Onlookers


async def _watch(
    watched: Watched,
    ending: Ending,
    rereading: Rereading | None,
    until: Callable[[], Awaitable[object]] | None,
) -> None:
    """Watch under one configuration after the other, until somebody asks for an end."""
    turning = asyncio.create_task(_turn(watched.vitals))
    try:
        while True:
            house = watched.house
            found: list[tuple[Config, Addresses]] = []
            works: list[Awaitable[object]] = [_keep_up_daily(house), ending.wait()]
            works += [] if until is None else [_as_coroutine(until)]
            works += [] if rereading is None else [_reread(rereading, watched, ending, found)]
            await _watch_under_one(watched, works)
            if not found:
                return
            watched = _moved(watched, *found.pop())
    finally:
        turning.cancel()
        watched.vitals.stopped_turning()


async def _turn(vitals: Vitals) -> None:
    while True:
        vitals.turned()
        await asyncio.sleep(vitals.loop_patience.total_seconds() / TURNS)


async def _reread(
    rereading: Rereading, watched: Watched, ending: Ending, found: list[tuple[Config, Addresses]]
) -> None:
    found.append(await rereading.renewed(watched.house.config, ending.hangup, watched.attendant))


def _moved(watched: Watched, config: Config, addresses: Addresses) -> Watched:
    """Return what is watched under another configuration; where the store is full, under the old one."""
    try:
        house = refitted(watched.house, config, addresses)
    except StoreError as error:
        log.warning("config.refused", reason=str(error))
        watched.attendant.refused([str(error)])
        return watched
    log.info("config.reloaded", rules=len(house.config.rulebook.rules), targets=len(house.targets))
    _log_doubts(house.config)
    watched.attendant.renewed(house)
    return watched._replace(house=house)


async def _watch_under_one(watched: Watched, works: Iterable[Awaitable[object]]) -> None:
    """Watch under one configuration, until one of the other works is done."""
    house, vitals, attendant, onlookers = watched
    onlookers.follow(house, vitals.health, lambda: attendant.is_refused)
    globs = GlobWatch(house.config.rulebook)
    globs.look(house.ledger.state)

    def judged(entry: Entry) -> None:
        if entry.seen is not None:
            globs.look(entry.decision.state)
        if entry.set_back:
            house.dispatcher.rouse()
        if entry.decision.notifications:
            house.dispatcher.wake()
        attendant.hear()
        onlookers.judged(entry, patrol.plan())

    def lost(surface: Surface | None, reason: str) -> None:
        onlookers.lost(surface, reason)
        house.cry()

    def ticked(surface: Surface) -> None:
        vitals.movers.of(poll_of(surface)).again()

    means, allowance = means_of(house.config.catalog), Allowance()
    async with house.client(per_hour=means.per_hour) as client:
        patrol = Patrol(
            Sweeper(client, Reader(), house.keep(), ticked),
            house.ledger,
            means=means,
            allowance=allowance,
            clock=house.clock,
            luck=seeded(f"{socket.gethostname()} {house.config.state}"),
            judged=judged,
            movers=vitals.movers,
            lost=lost,
        )
        backfill = backfill_of(
            Ground(
                client=client,
                store=house.store,
                means=means,
                allowance=allowance,
                clock=house.clock,
                rulebook=house.config.rulebook,
                plan=patrol.plan,
                state=lambda: house.ledger.state,
            )
        )
        attendant.stand(patrol.timetable())
        await first_of([patrol.walk(), backfill.run(), onlookers.showing.attend(), *works])


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


async def _keep_up_daily(house: House) -> None:
    while True:
        await asyncio.to_thread(keep_up, house.store, house.clock(), house.config.keep)
        await asyncio.sleep(DAY)
