"""Once: a single sweep of every surface, judged, and all that is due delivered."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.alerts.outbox import RowState
from watcher.catalog.names import Surface
from watcher.config import Config
from watcher.daemon.addresses import Addresses
from watcher.daemon.health.pulse import beating_once
from watcher.daemon.house import OpenTransport, open_house, prune
from watcher.daemon.ledger import Entry
from watcher.daemon.lone_sweep import Bar, Found, sweep_all
from watcher.daemon.rounds.blind import sentences
from watcher.daemon.rounds.plan import Plan
from watcher.judgement.state import UNREAD_SURFACE
from watcher.rules.rulebook import Rulebook

DRAIN = timedelta(minutes=2)
NO_MODEL = "nothing to ask for: no model is known"
OUT_OF_REQUESTS = "not asked: max_requests_per_hour leaves no request for it"
WAITING = (RowState.QUEUED, RowState.SENDING, RowState.RETRY, RowState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep brought.

    ``blind`` maps each surface that some rule needs and that was not believed to the reason. ``undelivered``
    counts messages that still wait, ``died`` those that were refused for good just now. ``requests`` were
    made; ``short`` are the surfaces for which fewer were than are needed, because an hour has no more, and
    ``free_at`` (UTC) is when there are more again.
    """

    entries: Sequence[Entry]
    plan: Plan
    blind: Mapping[Surface, str]
    undelivered: int
    died: int
    requests: int = 0
    short: Mapping[Surface, tuple[int, int]] = field(default_factory=dict)
    free_at: datetime | None = None


def once(
    config: Config,
    addresses: Addresses,
    *,
    bar: Bar | None = None,
    open_transport: OpenTransport | None = None,
) -> Swept:
    """Sweep, judge, deliver. Raises StoreError, also when a daemon runs on this state."""
    with (
        _without_collector(),
        open_house(config, at_once(config.rulebook), addresses, open_transport=open_transport) as house,
        beating_once(config.heartbeat) as heartbeat,
    ):
        dead = house.store.outbox.counts()[RowState.DEAD]
        began = house.clock()
        found = sweep_all(house, bar)
        entries, wanted = found.entries, found.plan
        house.dispatcher.drain(house.clock() + DRAIN)
        counts = house.store.outbox.counts()
        prune(house.store, house.clock(), config.keep)
        swept = Swept(
            entries=entries,
            plan=wanted,
            blind=_blind(found, began),
            requests=found.requests,
            short=found.short,
            free_at=found.free_at,
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


def _blind(found: Found, began: datetime) -> dict[Surface, str]:
    """Return the surfaces that some rule needs and that were not believed since then, with the reason.

    One that was believed before, and waits for the requests of the next hour, is none of them.
    """
    surfaces, made = found.entries[-1].decision.state.surfaces, found.plan
    needed = [surface for surface, rules in made.surfaces.items() if rules]
    healths = {surface: surfaces.get(surface, UNREAD_SURFACE) for surface in needed}
    unasked = found.spared | {surface for surface, (asked, _) in found.short.items() if not asked}
    return {
        surface: OUT_OF_REQUESTS if surface in unasked else health.reason or NO_MODEL
        for surface, health in healths.items()
        if health.believed_at is None or (health.believed_at < began and surface not in unasked)
    }
