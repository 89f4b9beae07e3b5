"""The patrol: every surface in its own rhythm, each poll judged when it is complete."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from watcher.catalog.model import Model
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import Seen
from watcher.daemon.clock import Clock
from watcher.daemon.edges import Edges
from watcher.daemon.journal import note_failure, note_poll
from watcher.daemon.ledger import Entry, Ledger
from watcher.daemon.rounds.allowance import Allowance
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.plan import Plan, intervals_of, plan
from watcher.daemon.rounds.pulling import SOON, Pulling, Room, may_be_partial
from watcher.daemon.rounds.schedule import Luck, due_at, spread_of, timetable
from watcher.daemon.rounds.sweeping import Outcome, Sweeper, Wanted, failed
from watcher.delivery.motion import Mover, Movers
from watcher.judgement.state import UNREAD_SURFACE, State, SurfaceHealth, Tracked
from watcher.store.errors import StoreError

LONGEST_SLEEP = timedelta(minutes=1)
"""The wall clock may be set, or the machine may sleep: look at it again at least this often."""

SHORTEST_SLEEP = timedelta(seconds=0.2)
FIRST_REST = timedelta(seconds=1)
MOST_DOUBLINGS = 6
MOST_ANSWERING = timedelta(minutes=15)
"""Within this time a sweep ends, or one more of its requests has, however ill upstream is."""

LATENESS = timedelta(minutes=2)
"""A sleep may last so much longer on a busy machine."""

STORE = "the store"
UNEXPECTED = "our own mistake while it was swept; the log says where"

TIME = "the clock of what is held"

log = structlog.get_logger()

Lost = Callable[[Surface | None, str], object]


def unheard(surface: Surface | None, reason: str) -> None:
    """Leave it at the log."""


class Patrol:
    """Sweeps what the rules need, when it is due, for as long as it is let.

    ``judged`` is called after each commit, with what it brought, and ``lost`` with the surface and the reason
    when there could be none; ``movers`` are told what goes on. Nothing that goes wrong in one poll ends the
    patrol: it counts as a failed poll, and the next one comes later.
    Where the ``means`` ask for longer intervals than the rulebook's, those of the ledger become longer.
    """

    def __init__(
        self,
        sweeper: Sweeper,
        ledger: Ledger,
        *,
        means: Means,
        allowance: Allowance | None = None,
        clock: Clock,
        luck: Luck,
        judged: Callable[[Entry], object],
        movers: Movers | None = None,
        lost: Lost = unheard,
    ) -> None:
        self._sweeper = sweeper
        self._ledger = ledger
        self._rulebook = ledger.rulebook
        self._means = means
        self._clock = clock
        self._luck = luck
        self._judged = judged
        self._movers = movers or Movers()
        self._lost = lost
        self._edges = Edges()
        self._bell = asyncio.Event()
        self._models_known = asyncio.Event()
        self._turns: dict[Surface, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._whole: dict[Surface, datetime | None] = {}
        self._pulling = Pulling(allowance or Allowance())
        self._planned: tuple[Mapping[ModelId, Tracked[Model]], Plan] | None = None

    def plan(self) -> Plan:
        """Return what to ask for, as the rules and the models that are believed now have it."""
        models = self._ledger.state.models
        if self._planned is None or self._planned[0] is not models:
            listed = (tracked.record for tracked in models.values() if not tracked.gone)
            made = plan(self._rulebook, listed, self._means)
            intervals = intervals_of(made, self._rulebook.intervals)
            if intervals != self._ledger.rulebook.intervals:
                self._ledger.rulebook = replace(self._rulebook, intervals=intervals)
            self._planned = (models, made)
        return self._planned[1]

    def timetable(self) -> Mapping[Surface, datetime]:
        """Return when each surface is due (UTC), soonest first."""
        planned = self.plan().surfaces
        healths = {surface: self._health(surface) for surface in planned}
        return timetable(planned, healths, self._ledger.rulebook.intervals, self._clock(), self._luck)

    async def walk(self) -> None:
        """Sweep for ever, until cancelled; models first, for they say whose endpoints there are."""
        surfaces = tuple(self.plan().surfaces)
        try:
            self._pass_time()
            if self._due(Surface.MODELS) <= self._clock():
                await self.sweep(Surface.MODELS)
            async with asyncio.TaskGroup() as walks:
                for surface in surfaces:
                    walks.create_task(self._follow(surface))
                walks.create_task(self._watch_time())
                walks.create_task(self.pull_forward())
        finally:
            for part in (TIME, *map(poll_of, surfaces)):
                self._movers.of(part).rest()

    async def sweep(self, surface: Surface) -> bool:
        """Sweep one surface now, judge it and write what follows; tell whether that could be written."""
        async with self._turns[surface]:
            began = self._clock()
            if surface is Surface.ENDPOINTS:
                self._pulling.forget()
            seen = await self._seen(surface, self._wanted(surface))
            written = self._enter(seen, surface, seen.at - began)
            if written:
                self._whole[surface] = seen.at
            return written

    async def sweep_some(self, models: Sequence[ModelId]) -> bool:
        """Sweep the endpoints of some models now, beside the plan; the next whole sweep comes when it would.

        What is not believed of them is asked of all soon, as after any failure. Tell whether it was written.
        """
        surface = Surface.ENDPOINTS
        async with self._turns[surface]:
            began = self._clock()
            self._whole[surface] = self._health(surface).attempted_at
            seen = await self._seen(surface, Wanted(models=models))
            return self._enter(seen, surface, seen.at - began)

    async def _seen(self, surface: Surface, wanted: Wanted) -> Seen:
        try:
            self._mover(surface).move("has waited for answers", within=MOST_ANSWERING + wanted.spread)
            outcome = await self._sweeper.ask(surface, wanted)
            seen = self._read(surface, outcome)
        except Exception as error:  # noqa: BLE001  # whatever it was, the daemon goes on and says so
            if self._edges.begins(f"sweep of {surface}", type(error).__name__):
                note_failure("poll.failed", error, surface=surface.value)
            return failed(surface, UNEXPECTED, self._clock())
        self._edges.ends(f"sweep of {surface}")
        return seen

    def _read(self, surface: Surface, outcome: Outcome) -> Seen:
        return self._sweeper.read({surface: outcome}, self._clock())

    def _enter(self, seen: Seen | None, surface: Surface | None, took: timedelta) -> bool:
        now = self._clock() if seen is None else seen.at
        try:
            entry = self._ledger.enter(seen, now)
        except Exception as error:  # noqa: BLE001  # a full disk passes, and a bug must not end deliveries
            self._note_lost(surface, error)
            return False
        self._note_written(surface)
        if surface is not None:
            note_poll(entry, (surface,), now, took)
        self._pulling.note(entry, seen, self.plan())
        self._bell.set()
        if self.plan().models:
            self._models_known.set()
        else:
            self._models_known.clear()
        self._judged(entry)
        return True

    def _note_lost(self, surface: Surface | None, error: Exception) -> None:
        reason = _reason(error) or type(error).__name__
        if self._edges.begins(STORE if isinstance(error, StoreError) else str(surface), reason):
            note_failure("poll.lost", error, surface=surface and surface.value, reason=_reason(error))
        self._lost(surface, reason)

    def _note_written(self, surface: Surface | None) -> None:
        over = [thing for thing in (STORE, str(surface)) if self._edges.ends(thing)]
        if over:
            log.info("poll.recovered", surface=surface and surface.value)

    async def pull_forward(self) -> None:
        """Ask for the endpoints of models that a list shows changed, as far as there is room for it."""
        while True:
            await self.sweep_some(await self._pulling.next(self._clock, self._room))

    def _room(self) -> Room | None:
        """Return what is measured against; None while a few models should not be asked for."""
        soon = self._due(Surface.ENDPOINTS) - self._clock() < SOON
        if soon or not may_be_partial(self._health(Surface.ENDPOINTS)):
            return None
        return Room(self.plan(), self._means.per_hour)

    def _wanted(self, surface: Surface) -> Wanted:
        made = self.plan()
        ask = made.asks.get(surface)
        if surface is Surface.MODELS or ask is None:
            return Wanted(listed=listed_in(self._ledger.state))
        spread = spread_of(self._health(surface), ask.every, ask.requests, self._means.per_hour)
        return Wanted(models=ask.models, keys=ask.keys, ids=made.ids, spread=spread)

    async def _follow(self, surface: Surface) -> None:
        lost = 0
        while True:
            if surface is Surface.ENDPOINTS and not self._models_known.is_set():
                self._mover(surface).rest()
                await self._models_known.wait()
            await self._until_due(surface)
            written = await self.sweep(surface)
            lost = 0 if written else lost + 1
            if lost:
                await self._pause(surface, _rest(lost))

    async def _until_due(self, surface: Surface) -> None:
        # Not an event: the clock itself may be set meanwhile.
        while (wait := self._due(surface) - self._clock()) > timedelta(0):
            await self._pause(surface, min(wait, LONGEST_SLEEP))

    async def _pause(self, surface: Surface, length: timedelta) -> None:
        self._mover(surface).move("has waited for its time", within=length + LATENESS)
        await asyncio.sleep(length.total_seconds())

    def _mover(self, surface: Surface) -> Mover:
        return self._movers.of(poll_of(surface))

    def _due(self, surface: Surface) -> datetime:
        interval = self._ledger.rulebook.intervals[surface]
        return due_at(surface, self._health(surface), interval, self._clock(), self._luck)

    def _health(self, surface: Surface) -> SurfaceHealth:
        """Return how a surface fares, attempted when it was last swept as a whole."""
        health = self._ledger.state.surfaces.get(surface, UNREAD_SURFACE)
        if surface not in self._whole or health.failures:
            return health
        return replace(health, attempted_at=self._whole[surface])

    async def _watch_time(self) -> None:
        """Let what waits leave when its time has come, without a poll."""
        while True:
            self._bell.clear()
            wait = self._wait()
            self._movers.of(TIME).move("has waited", within=wait + LATENESS)
            # Not wait_for, which before Python 3.12 swallows an end that comes together with the bell.
            with suppress(TimeoutError):
                async with asyncio.timeout(wait.total_seconds()):
                    await self._bell.wait()
            if self._is_time():
                self._pass_time()
                await asyncio.sleep(SHORTEST_SLEEP.total_seconds())

    def _wait(self) -> timedelta:
        due = self._ledger.next_due
        wait = LONGEST_SLEEP if due is None else min(due - self._clock(), LONGEST_SLEEP)
        return max(wait, timedelta(0))

    def _is_time(self) -> bool:
        due = self._ledger.next_due
        return due is not None and due <= self._clock()

    def _pass_time(self) -> None:
        self._enter(None, None, timedelta(0))


def poll_of(surface: Surface) -> str:
    """Return the name under which the polls of a surface say what they do."""
    return f"the poll of {surface}"


def listed_in(state: State) -> int | None:
    """Return how many models are believed to be listed, None before the first poll."""
    count = sum(not tracked.gone for tracked in state.models.values())
    return count or None


def _rest(lost: int) -> timedelta:
    doublings: int = min(lost - 1, MOST_DOUBLINGS)
    return FIRST_REST * (1 << doublings)


def _reason(error: BaseException) -> str | None:
    """Return the text of the store's own errors, which are written for users."""
    return str(error) if isinstance(error, StoreError) else None
