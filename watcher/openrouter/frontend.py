"""The frontend: what upstream's own pages are made of, asked for slowly, wherever it stands now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from watcher.catalog.names import Surface
from watcher.openrouter.answers import Answer, FrontendAnswers, Unanswered
from watcher.openrouter.asking import Asker
from watcher.openrouter.envelope import NOT_FOUND
from watcher.openrouter.limits import Limits
from watcher.openrouter.pace import Pace
from watcher.openrouter.places import DOCUMENTS, Whereabouts, filled
from watcher.openrouter.requests import Requests
from watcher.openrouter.sweeps import Sweep

AT_ONCE = 2
MAY_BE_EMPTY = frozenset({Surface.FRONTEND_ENDPOINTS})
"""A 404 in the envelope says here that there is nothing now, not that the address is wrong (observed)."""

MAY_BE_UNKNOWN = frozenset(
    {
        Surface.ACTIVITY,
        Surface.AUTHORS,
        Surface.LISTED_PRICES,
        Surface.TOP_APPS,
        Surface.UPTIME_HOURLY,
        Surface.UPTIME_RECENT,
        Surface.VERSIONS,
    }
)
"""A 404 in the envelope may say here that upstream does not know this one: the others are asked after too."""

ALL_UNKNOWN = 5
"""So many that are unknown before one is known say that this is the wrong address."""

ALL_EMPTY = 3
"""So many things that are all unknown say that this is the wrong address after all."""

NO_PLACE = frozenset({400, 404, 405, 410})
"""What an API answers on an address that it does not have, or no longer."""


class Frontend:
    """Asks the undocumented API of upstream's pages; it gets no key.

    An address that is no longer the API's costs one request a sweep: the next one is tried, and where none
    answers the sweep ends.
    """

    def __init__(
        self, requests: Requests, asker: Asker, documents: Asker, pace: Pace, limits: Limits
    ) -> None:
        self._requests = requests
        self._asker = asker
        self._documents = documents
        self._pace = pace
        self._limits = limits
        self._whereabouts = Whereabouts()

    async def one(self, surface: Surface) -> Answer | Unanswered:
        """Return the document of a surface that is asked for as a whole."""
        answers = await self.each(surface, ("",))
        body = answers.bodies.get("")
        if isinstance(body, dict):
            return Answer(body)
        return Unanswered(answers.lost or answers.unanswered.get("", "nothing"))

    async def each(
        self,
        surface: Surface,
        keys: Sequence[str],
        *,
        spread: timedelta = timedelta(0),
        tick: Callable[[], object] = lambda: None,
    ) -> FrontendAnswers:
        """Return what upstream has under each key; the requests start evenly over ``spread``.

        A host that fails again and again ends the sweep, and the rest is unanswered.
        """
        if not keys:
            return FrontendAnswers(bodies={}, unanswered={})
        sweep = self._asker.sweep() if len(keys) == 1 else self._asker.sweep_of(len(keys))
        search = _Search(surface=surface, sweep=sweep, spread=spread, tick=tick)
        for place in self._whereabouts.in_order(surface, self._pace.now()):
            search.begin_anew()
            await self._at(search, place, keys)
            if search.found:
                self._whereabouts.found(surface, place, self._pace.now())
                break
            if not (search.may_be_elsewhere or self._whereabouts.is_doubted(surface)):
                break
        answers = search.answers(keys)
        if answers.lost is not None:
            self._whereabouts.missed(surface)
        return answers

    async def schema(self) -> FrontendAnswers:
        """Return the documents upstream publishes about its API, one unlike the other (documented)."""
        sweep = self._documents.sweep()
        bodies: dict[str, object] = {}
        unanswered: dict[str, str] = {}
        for name, path in DOCUMENTS.items():
            request = self._requests.get(self._requests.url(path))
            match await self._documents.ask(request, self._limits.list_bytes, sweep):
                case Answer(body):
                    bodies[name] = body["data"]
                case Unanswered(reason=reason):
                    unanswered[name] = reason
        lost = None if bodies else next(iter(unanswered.values()))
        return FrontendAnswers(bodies=bodies, unanswered=unanswered, lost=lost)

    async def _at(self, search: _Search, place: str, keys: Sequence[str]) -> None:
        """Ask for the keys at one place, the first one alone: it may turn out to be none."""
        turns = iter(enumerate(keys))
        gap = search.spread.total_seconds() / len(keys)
        start = self._pace.now()

        async def ask(index: int, key: str) -> None:
            if gap and search.sweep.ended is None:
                await self._pace.until(start + index * gap)
            request = self._requests.get(self._requests.url(filled(place, key)))
            search.put(key, await self._asker.ask(request, self._limits.list_bytes, search.sweep))
            search.tick()

        async def work() -> None:
            for index, key in turns:
                if search.is_elsewhere:
                    return
                await ask(index, key)

        await ask(*next(turns))
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(AT_ONCE, len(keys) - 1)):
                workers.create_task(work())


@dataclass(slots=True, kw_only=True)
class _Search:
    """What one sweep found so far, and whether it looks for its surface in the right place."""

    surface: Surface
    sweep: Sweep
    spread: timedelta
    tick: Callable[[], object]
    found: bool = False
    is_elsewhere: bool = False
    failed: bool = False
    _bodies: dict[str, object] = field(default_factory=dict)
    _empty: set[str] = field(default_factory=set)
    _unanswered: dict[str, str] = field(default_factory=dict)
    _moved: str | None = None
    _unknown: int = 0

    def begin_anew(self) -> None:
        """Begin at another place: what was missing at the last one may be here."""
        self.is_elsewhere = False
        self._unknown = 0
        self._unanswered.clear()

    @property
    def may_be_elsewhere(self) -> bool:
        """Tell whether nothing that was asked for is at this place, which is not in trouble either."""
        return self.is_elsewhere or not (self.found or self.failed or self._empty)

    def put(self, key: str, outcome: Answer | Unanswered) -> None:
        """Enter what became of one request."""
        match outcome:
            case Answer(body):
                self._bodies[key] = body
                self.found = True
            case Unanswered(status=status, page=False) if (
                status == NOT_FOUND and self.surface in MAY_BE_EMPTY
            ):
                self._empty.add(key)
            case Unanswered(reason=reason, status=status, page=page):
                self._unanswered[key] = reason
                is_none = page or status in NO_PLACE
                self.failed = self.failed or not is_none
                if not self.found and is_none:
                    self._unknown += 1
                    is_one = self.surface in MAY_BE_UNKNOWN and self._unknown < ALL_UNKNOWN
                    self.is_elsewhere = self.is_elsewhere or page or not is_one
                    self._moved = self._moved or reason

    def answers(self, keys: Sequence[str]) -> FrontendAnswers:
        """Return what is known in the end."""
        nothing = self._empty if self.found or len(self._empty) < ALL_EMPTY else set()
        bodies = {key: self._bodies.get(key) for key in keys if key in self._bodies or key in nothing}
        lost = None if bodies else self._reason()
        missing = {key: self._unanswered.get(key) or lost or "not asked" for key in keys if key not in bodies}
        nowhere = lost is not None and not self.failed
        return FrontendAnswers(bodies=bodies, unanswered=missing, lost=lost, nowhere=nowhere)

    def _reason(self) -> str:
        if self._moved is not None:
            return f"no known address answers: {self._moved}"
        if self._empty:
            return f"all {len(self._empty)} that were asked for are unknown there"
        return next(iter(self._unanswered.values()), "not asked")
