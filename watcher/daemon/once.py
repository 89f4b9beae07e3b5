"""Once: a single sweep of every surface, judged, and all that is due delivered."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.alerts.outbox import RowState
from watcher.catalog.names import Surface
from watcher.config import Config
from watcher.daemon.addresses import Addresses
from watcher.daemon.health.pulse import beating_once
from watcher.daemon.house import House, OpenTransport, open_house, prune
from watcher.daemon.journal import note_poll
from watcher.daemon.ledger import Entry
from watcher.daemon.rounds.blind import sentences
from watcher.daemon.rounds.needs import means_of
from watcher.daemon.rounds.patrol import listed_in
from watcher.daemon.rounds.plan import Plan, plan
from watcher.daemon.rounds.schedule import is_fresh
from watcher.daemon.rounds.sweeping import Sweeper, Wanted
from watcher.judgement.state import UNREAD_SURFACE
from watcher.reading.reader import Reader
from watcher.rules.rulebook import Rulebook

DRAIN = timedelta(minutes=2)
WAITING = (RowState.QUEUED, RowState.SENDING, RowState.RETRY, RowState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep brought.

    ``blind`` maps each surface that some rule needs and that was not believed to the reason. ``undelivered``
    counts messages that still wait, ``died`` those that were refused for good just now.
    """

    entries: Sequence[Entry]
    plan: Plan
    blind: Mapping[Surface, str]
    undelivered: int
    died: int


def once(config: Config, addresses: Addresses, *, open_transport: OpenTransport | None = None) -> Swept:
    """Sweep, judge, deliver. Raises StoreError, also when a daemon runs on this state."""
    with (
        _without_collector(),
        open_house(config, at_once(config.rulebook), addresses, open_transport=open_transport) as house,
        beating_once(config.heartbeat) as heartbeat,
    ):
        dead = house.store.outbox.counts()[RowState.DEAD]
        began = house.clock()
        entries, wanted = _run(house)
        house.dispatcher.drain(house.clock() + DRAIN)
        counts = house.store.outbox.counts()
        prune(house.store, house.clock(), config.keep)
        swept = Swept(
            entries=entries,
            plan=wanted,
            blind=_blind(entries, wanted, began),
            undelivered=sum(counts[state] for state in WAITING),
            died=max(counts[RowState.DEAD] - dead, 0),
        )
        if heartbeat is not None:
            heartbeat.tell(troubled=(*sentences(swept.blind), *_unheard(swept)))
    return swept


def _unheard(swept: Swept) -> tuple[str, ...]:
    """Return what to say of messages that nobody got."""
    counts = {"wait to be delivered": swept.undelivered, "were refused for good": swept.died}
    return tuple(f"{number} messages {said}" for said, number in counts.items() if number)


def at_once(rulebook: Rulebook) -> Rulebook:
    """Return the rulebook with receivers that do not collect before their first message."""
    receivers = tuple(replace(receiver, group_wait=timedelta(0)) for receiver in rulebook.receivers)
    return replace(rulebook, receivers=receivers)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the garbage collector away: it would look in vain through everything that one sweep makes."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _run(house: House) -> tuple[list[Entry], Plan]:
    """Sweep in a loop of its own; its task has no result.

    asyncio gives a handler that holds the task back to ``signal``, which prints it in vain: a result that is
    the whole state would cost 0.2 s.
    """
    found: list[tuple[list[Entry], Plan]] = []

    async def sweep() -> None:
        found.append(await _sweep(house))

    asyncio.run(sweep())
    return found[0]


async def _sweep(house: House) -> tuple[list[Entry], Plan]:
    """Ask for the list of models, which says whose endpoints there are, then for all the rest together."""
    async with house.client() as client:
        sweeper = Sweeper(client, Reader(), house.keep())
        models = await _judged(house, sweeper, {Surface.MODELS: Wanted(listed=listed_in(house.ledger.state))})
        wanted = _planned(house)
        healths = house.ledger.state.surfaces
        rest: dict[Surface, Wanted] = {
            surface: Wanted(models=ask.models, keys=ask.keys, ids=wanted.ids)
            for surface, ask in wanted.asks.items()
            if surface is not Surface.MODELS
            and ask.requests
            and not is_fresh(surface, healths.get(surface, UNREAD_SURFACE), ask.every, house.clock())
        }
        return [models, await _judged(house, sweeper, rest)], wanted


async def _judged(house: House, sweeper: Sweeper, asked: Mapping[Surface, Wanted]) -> Entry:
    began = house.clock()
    answers = await asyncio.gather(*(sweeper.ask(surface, wanted) for surface, wanted in asked.items()))
    seen = sweeper.read(dict(zip(asked, answers, strict=True)), house.clock())
    entry = house.ledger.enter(seen, seen.at)
    note_poll(entry, asked, seen.at, seen.at - began)
    if entry.decision.notifications:
        house.dispatcher.wake()
    return entry


def _planned(house: House) -> Plan:
    listed = (tracked.record for tracked in house.ledger.state.models.values() if not tracked.gone)
    means = replace(means_of(house.config.catalog), per_hour=None)
    return plan(house.ledger.rulebook, listed, means)


def _blind(entries: Sequence[Entry], wanted: Plan, began: datetime) -> dict[Surface, str]:
    """Return the surfaces that some rule needs and that were not believed since then, with the reason."""
    surfaces = entries[-1].decision.state.surfaces
    needed = [surface for surface, rules in wanted.surfaces.items() if rules]
    healths = {surface: surfaces.get(surface, UNREAD_SURFACE) for surface in needed}
    return {
        surface: health.reason or "nothing to ask for: no model is known"
        for surface, health in healths.items()
        if health.believed_at is None
        or (health.believed_at < began and not is_fresh(surface, health, wanted.asks[surface].every, began))
    }
