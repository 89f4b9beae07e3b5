"""Pulling forward: what changed in a list asks for the endpoints of the models it touches, soon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from watcher.catalog.listing import Listing
from watcher.catalog.names import ModelId
from watcher.catalog.sheets import Seen
from watcher.daemon.ledger import Entry
from watcher.daemon.rounds.allowance import Allowance
from watcher.daemon.rounds.plan import Plan
from watcher.judgement.state import SurfaceHealth

SOON = timedelta(minutes=2)
"""A sweep that is due within this time is not pulled forward."""


class Pulling:
    """Waits for lists to change, and says whose endpoints to ask for beside the plan.

    A model waits from when its row changed until all endpoints, or its own, are asked for.
    """

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._waiting: dict[ModelId, None] = {}
        self._listings: Mapping[ModelId, Listing] = {}
        self._bell = asyncio.Event()

    def note(self, entry: Entry, seen: Seen | None, made: Plan) -> None:
        """Take note of the models whose rows are not what they were before a poll was entered.

        Of the frontend's rows it is the endpoint that leads, and its price, that count.
        """
        changed = [*_changed(entry), *self._led_otherwise(seen)]
        if changed:
            planned = frozenset(made.models)
            self._waiting.update(dict.fromkeys(model for model in changed if model in planned))
        if self._waiting:
            self._bell.set()

    def forget(self) -> None:
        """Forget who waits: all endpoints are asked for now."""
        self._waiting.clear()

    async def next(self, now: Callable[[], datetime], room: Callable[[], Room | None]) -> tuple[ModelId, ...]:
        """Wait until the endpoints of some models are to be asked for, and return them.

        ``room`` is None while none may be asked for; who waits then waits for the next list.
        """
        while True:
            await self._bell.wait()
            self._bell.clear()
            found = room()
            if found is None:
                continue
            left = self._allowance.left(found.plan, found.per_hour, now())
            taken = tuple(self._waiting)[:left]
            if taken:
                self._waiting = {model: None for model in self._waiting if model not in taken}
                self._allowance.spend(len(taken), now())
                return taken

    def _led_otherwise(self, seen: Seen | None) -> Iterator[ModelId]:
        if seen is None or seen.frontend_catalog is None or seen.frontend_catalog.fault is not None:
            return
        before, self._listings = self._listings, seen.frontend_catalog.rows
        for model, row in self._listings.items():
            was = before.get(model)
            if was is not None and _lead(was) != _lead(row):
                yield model


class Room(NamedTuple):
    """What unplanned requests are measured against."""

    plan: Plan
    per_hour: int | None


def may_be_partial(health: SurfaceHealth) -> bool:
    """Tell whether a sweep of a few models may be judged now.

    What was refused, or is held until it repeats, is for a whole sweep to say again: a few models would end
    the hold of all.
    """
    return health.believed_at is not None and not health.failures and health.hold is None


def _changed(entry: Entry) -> Iterator[ModelId]:
    before, after = entry.before.models, entry.decision.state.models
    if before is after or not before:
        return
    for model, tracked in after.items():
        was = before.get(model)
        if was is tracked:
            continue
        if was is None or was.gone != tracked.gone or was.record != tracked.record:
            yield model


def _lead(listing: Listing) -> object:
    lead = listing.leads
    return None if lead is None else (lead.uuid, lead.endpoint.tariff)
