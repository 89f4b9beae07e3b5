"""A lone sweep: every surface asked for once, as far as an hour has requests for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from watcher.catalog.names import ModelId, Surface
from watcher.daemon.house import House
from watcher.daemon.journal import note_poll
from watcher.daemon.ledger import Entry
from watcher.daemon.rounds.needs import means_of
from watcher.daemon.rounds.patrol import listed_in
from watcher.daemon.rounds.plan import Ask, Plan, plan
from watcher.daemon.rounds.ration import Allotted, Ration, allot, read_ration, write_ration
from watcher.daemon.rounds.schedule import is_fresh, is_within
from watcher.daemon.rounds.sweeping import Sweeper, Wanted
from watcher.judgement.belief.answers import last_answer
from watcher.judgement.state import UNREAD_SURFACE, State
from watcher.reading.reader import Reader

MANY = 1_000_000
"""More requests than a sweep makes: they are counted, and nothing holds them up."""


class Bar(Protocol):
    """Is told how many of how many requests are done; ``clear`` before anything else is shown."""

    def __call__(self, done: int, total: int) -> None:
        """Show it."""

    def clear(self) -> None:
        """Show nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a lone sweep brought.

    ``requests`` were made; ``short`` are the surfaces for which fewer were than are needed, because an hour
    has no more, and ``free_at`` (UTC) is when there are more again. ``spared`` were asked for lately.
    """

    entries: list[Entry]
    plan: Plan
    requests: int
    short: Mapping[Surface, tuple[int, int]]
    spared: AbstractSet[Surface]
    free_at: datetime | None


def sweep_all(house: House, bar: Bar | None = None) -> Found:
    """Sweep in a loop of its own; its task has no result.

    asyncio gives a handler that holds the task back to ``signal``, which prints it in vain: a result that is
    the whole state would cost 0.2 s.
    """
    found: list[Found] = []

    async def sweep() -> None:
        found.append(await _sweep(house, bar))

    asyncio.run(sweep())
    return found[0]


async def _sweep(house: House, bar: Bar | None) -> Found:
    """Ask for the list of models, which says whose endpoints there are, then for all the rest together."""
    limit, folder = house.config.catalog.max_requests_per_hour, house.config.state
    ration = None if limit is None else read_ration(folder, limit, house.clock())
    if ration is not None and not ration.left:
        return _unasked(house, ration)
    async with house.client(per_hour=MANY if ration is None else ration.left) as client:
        counted = _Counted(bar)
        sweeper = Sweeper(client, Reader(), house.keep(), counted.tick)
        models = await _judged(house, sweeper, {Surface.MODELS: Wanted(listed=listed_in(house.ledger.state))})
        made = _planned(house)
        due = _due(house, made, is_rationed=ration is not None)
        allotted = Allotted(asks=due, short={})
        if ration is not None:
            lists = ration.after(house.clock(), client.spent())
            allotted = allot(made, due, lists, partial(_answered, house.ledger.state))
            # What a crash would hide is written before it is done.
            write_ration(folder, lists.after(house.clock(), allotted.requests, allotted.by_model))
        counted.total = allotted.by_model
        rest = await _judged(house, sweeper, _wanted(made, allotted), bar)
        spent = client.spent()
    if ration is not None:
        ration = ration.after(house.clock(), spent, allotted.by_model)
        write_ration(folder, ration)
    return Found(
        entries=[models, rest],
        plan=made,
        requests=spent,
        short=allotted.short,
        spared=_spared(made, due),
        free_at=ration.free_at if ration is not None and allotted.short else None,
    )


def _wanted(made: Plan, allotted: Allotted) -> dict[Surface, Wanted]:
    return {
        surface: Wanted(models=ask.models, keys=ask.keys, ids=made.ids)
        for surface, ask in allotted.asks.items()
    }


def _unasked(house: House, ration: Ration) -> Found:
    """Return what comes of a sweep for which there are no requests: only time has passed."""
    entry, made = house.ledger.enter(None, house.clock()), _planned(house)
    due = _due(house, made, is_rationed=True)
    short = {Surface.MODELS: (0, 1)} | {surface: (0, ask.requests) for surface, ask in due.items()}
    return Found(
        entries=[entry],
        plan=made,
        requests=0,
        short=short,
        spared=_spared(made, due),
        free_at=ration.free_at,
    )


class _Counted:
    """Counts the requests of the surfaces that take many."""

    def __init__(self, bar: Bar | None) -> None:
        self._bar, self._done, self.total = bar, 0, 0

    def tick(self, _: Surface) -> None:
        self._done += 1
        if self._bar is not None:
            self._bar(self._done, self.total)


def _due(house: House, made: Plan, *, is_rationed: bool) -> dict[Surface, Ask]:
    """Return what a sweep asks for beside the models: nothing that is asked for rarely and was just now.

    Where requests are rationed nothing is asked for again before its interval is over.
    """
    healths, now = house.ledger.state.surfaces, house.clock()
    due: dict[Surface, Ask] = {}
    for surface, ask in made.asks.items():
        health = healths.get(surface, UNREAD_SURFACE)
        is_recent = is_rationed and not ask.is_by_model and is_within(health, ask.every, now)
        if surface is Surface.MODELS or not ask.requests or is_recent:
            continue
        if not is_fresh(surface, health, ask.every, now):
            due[surface] = ask
    return due


def _spared(made: Plan, due: Mapping[Surface, Ask]) -> AbstractSet[Surface]:
    """Return the surfaces that a sweep leaves out though there is something to ask for."""
    asked = {surface for surface, ask in made.asks.items() if ask.requests}
    return asked - due.keys() - {Surface.MODELS}


def _answered(state: State, surface: Surface, model: ModelId) -> datetime | None:
    """Return when a model's endpoints answered last."""
    known = state.endpoints if surface is Surface.ENDPOINTS else state.frontend_endpoints
    if model not in known:
        return None
    return last_answer(state, surface, model, state.surfaces.get(surface, UNREAD_SURFACE).believed_at)


async def _judged(
    house: House, sweeper: Sweeper, asked: Mapping[Surface, Wanted], bar: Bar | None = None
) -> Entry:
    began = house.clock()
    answers = await asyncio.gather(*(sweeper.ask(surface, wanted) for surface, wanted in asked.items()))
    if bar is not None:
        bar.clear()
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
