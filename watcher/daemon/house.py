"""The house: everything a daemon or a single sweep is made of, put together from a configuration."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog

from watcher.alerts.groups import homeless
from watcher.catalog.retention import Retention
from watcher.config import Config
from watcher.daemon.addresses import Addresses, LateTransport, labels_of, targets_of
from watcher.daemon.clock import Clock, wall_clock
from watcher.daemon.journal import note_failure
from watcher.daemon.ledger import Ledger
from watcher.daemon.machine.disk import Probe, probe_of
from watcher.daemon.machine.machine import Machine, words_of
from watcher.daemon.machine.outcry import cry_out
from watcher.daemon.machine.steadiness import Elapsed, elapsed_by
from watcher.daemon.rounds.sweeping import Keep, keep_nothing
from watcher.delivery.dispatcher import Dispatcher
from watcher.delivery.pace import Pace, Tried, nobody
from watcher.delivery.target import Target
from watcher.delivery.transport import Transport
from watcher.openrouter import CatalogClient
from watcher.rules.rulebook import Rulebook
from watcher.store.errors import StoreError
from watcher.store.lock import lock
from watcher.store.privacy import close_to_others
from watcher.store.store import Store

CONCURRENCY = 8
STOPPING_SECONDS = 3.0
"""What is being sent may end within this time; what takes longer goes again as a possible repeat."""

AWAY = "it is no longer configured; they are kept, and go when it is again"

log = structlog.get_logger()

OpenTransport = Callable[[Target], Transport]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What is open while we watch; ``targets`` are where messages go, ``open_lane`` opens a way there."""

    config: Config
    clock: Clock
    store: Store
    ledger: Ledger
    dispatcher: Dispatcher
    targets: tuple[Target, ...]
    machine: Machine
    open_lane: OpenTransport

    def cry(self) -> None:
        """Tell everybody at once, past the outbox, when nothing can be written; no more than once."""
        cry_out(self.ledger.cry(self.clock()), self.targets, self.open_lane)

    def client(self, *, per_hour: int | None = None) -> CatalogClient:
        """Return a client of the configured catalog, to be used as an async context manager.

        ``per_hour`` limits its requests; a single sweep has no hour.
        """
        catalog = self.config.catalog
        return CatalogClient(
            catalog.base_url,
            api_key=None if catalog.api_key is None else catalog.api_key.reveal(),
            max_requests_per_minute=catalog.max_requests_per_minute,
            max_requests_per_hour=per_hour,
            concurrency=CONCURRENCY,
        )

    def keep(self) -> Keep:
        """Return what keeps polls as they were answered: an archive where one is wanted."""
        folder = self.config.catalog.archive
        if folder is None:
            return keep_nothing
        # zstandard, for who keeps an archive.
        from watcher.daemon.rounds.archive import kept_in  # noqa: PLC0415  # the reason stands above

        return kept_in(folder, self.config.catalog.archive_for)


@contextmanager
def open_house(
    config: Config,
    rulebook: Rulebook,
    addresses: Addresses,
    *,
    clock: Clock = wall_clock,
    check: bool = False,
    open_transport: OpenTransport | None = None,
    tried: Tried = nobody,
    probe: Probe | None = None,
    elapsed: Elapsed | None = None,
) -> Iterator[House]:
    """Open the state, and lanes that deliver; both are closed at the end.

    ``rulebook`` is the configuration's, or one derived from it. ``check`` reads the whole state for damage
    first, ``tried`` is told of every try to deliver. ``probe`` looks at the disk, ``elapsed`` at a clock that
    nobody can set. Raises StoreError, AlreadyRunning among them.
    """
    with (
        lock(config.state),
        _closed_to_others(config.state),
        Store.open(config.state, catalog=config.catalog.base_url, check=check) as store,
    ):
        targets = targets_of(config, addresses)
        pace = Pace(wall=clock, random=random.random, tried=tried)
        open_lane = open_transport or partial(opened, config=config, clock=clock)
        dispatcher = Dispatcher(store.outbox, pace, open_lane)
        _settle_homeless(store, targets, clock())
        _bury_damaged(store, clock())
        dispatcher.start(targets)
        machine = Machine(
            config.state,
            clock,
            store.queries.damage,
            probe=probe or probe_of(config.state),
            elapsed=elapsed or elapsed_by(clock),
        )
        try:
            ledger = Ledger(store, rulebook, labels_of(config), machine)
            _name_held(ledger, config)
            yield House(
                config=config,
                clock=clock,
                store=store,
                ledger=ledger,
                dispatcher=dispatcher,
                targets=targets,
                machine=machine,
                open_lane=open_lane,
            )
        finally:
            if not dispatcher.stop(STOPPING_SECONDS):
                log.warning(
                    "delivery.abandoned", reason="a send is still under way; it is repeated at the next start"
                )


@contextmanager
def _closed_to_others(directory: Path) -> Iterator[None]:
    for found in close_to_others(directory):
        if found.mended:
            log.info("state.closed", path=str(found.path), mode=found.mode)
        else:
            log.warning("state.exposed", path=str(found.path), mode=found.mode)
    yield


def refitted(house: House, config: Config, addresses: Addresses) -> House:
    """Return the house under another configuration of the same state, catalog and time zone.

    Lanes of unchanged targets go on; rows of targets that left are put aside, those of targets that came back
    are due again. Raises StoreError.
    """
    targets = targets_of(config, addresses)
    _settle_homeless(house.store, targets, house.clock())
    house.dispatcher.start(targets)
    ledger = Ledger(house.store, config.rulebook, labels_of(config), house.machine)
    _name_held(ledger, config)
    return replace(house, config=config, ledger=ledger, targets=targets)


def opened(target: Target, *, config: Config, clock: Clock) -> Transport:
    """Return the target's way out, which is opened when its first message comes."""

    def open_it() -> Transport:
        # Apprise, templates and the like, for who has something to send.
        from watcher.delivery.open import open_transport  # noqa: PLC0415  # the reason stands above

        return open_transport(target, zone=config.rulebook.timezone, wall=clock, stream=sys.stdout)

    return LateTransport(open_it)


def keep_up(store: Store, now: datetime, keep: Retention) -> None:
    """Let go of history that is no longer kept, and look for damage."""
    prune(store, now, keep)
    try:
        damaged = store.verify()
    except StoreError as error:
        log.error("state.damaged", reason=str(error))  # noqa: TRY400  # it is told by its own words
    else:
        if damaged:
            log.error("state.damaged", reason=words_of(damaged))


def prune(store: Store, now: datetime, keep: Retention) -> None:
    """Let go of history that is no longer kept; what goes wrong is logged, the next day tries again."""
    try:
        count = store.prune(now, keep)
    except Exception as error:  # noqa: BLE001  # history that stays a day longer hurts nobody
        note_failure("history.kept", error)
    else:
        if count:
            log.info("history.pruned", rows=count)


def _bury_damaged(store: Store, now: datetime) -> None:
    count = store.outbox.bury(now)
    if count:
        log.error("outbox.damaged", rows=count, reason="what they said is lost; watcher outbox list")


def _name_held(ledger: Ledger, config: Config) -> None:
    for receiver, alerts in homeless(ledger.state.groups, config.targets).items():
        log.warning("outbox.orphaned", receiver=receiver, alerts=alerts, reason=AWAY)


def _settle_homeless(store: Store, targets: tuple[Target, ...], now: datetime) -> None:
    known = {(target.receiver, target.label) for target in targets}
    before = store.outbox.orphans()
    if not store.outbox.orphan(known, now):
        return
    for (receiver, target), rows in store.outbox.orphans().items():
        if rows != before.get((receiver, target), 0):
            log.warning("outbox.orphaned", receiver=receiver, target=target, rows=rows, reason=AWAY)
