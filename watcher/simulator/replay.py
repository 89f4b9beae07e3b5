"""Replay: recorded polls served as if they happened now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from watcher.catalog.names import Surface
from watcher.catalog.recording import ASKED_BY_KEY, NULL_IS_NOTHING, RECORDED_AS
from watcher.simulator.answers import Answer, Request, encoded, failure, page
from watcher.simulator.generations import Generation
from watcher.simulator.routes import Route, nowhere, respond, route_of

STEP = "/__step"
Poll = Mapping[str, Any]


class Pace(Enum):
    """When the next poll takes its turn."""

    CLOCK = "clock"
    """When as much time has gone by, times ``speed``, as lay between the recordings."""
    SWEEP = "sweep"
    """When the list of models is asked for again."""
    STEP = "step"
    """On ``step()`` or ``POST /__step``."""


class Replay:
    """A site that serves recorded polls in their order; the last one stays.

    ``polls`` are raw archive lines (CONTRACT section 5), taken one ahead of need. A surface or model that was
    not polled is 404, one that was polled and not answered (null) 503. ValueError when there is no poll.
    """

    def __init__(
        self, polls: Iterable[Poll], *, pace: Pace, clock: Callable[[], datetime], speed: float = 1.0
    ) -> None:
        self._rest: Iterator[Poll] = iter(polls)
        first = next(self._rest, None)
        if first is None:
            raise ValueError("there is no poll to replay")
        self._current = first
        self._next = next(self._rest, None)
        self._pace = pace
        self._clock = clock
        self._speed = speed
        self._began: tuple[datetime, datetime] | None = None
        self._swept = False

    @property
    def generated(self) -> datetime:
        """Return when the poll that is served now was recorded (aware UTC)."""
        return recorded_at(self._current)

    @property
    def is_over(self) -> bool:
        """Tell whether the last poll is being served."""
        return self._next is None

    def step(self) -> bool:
        """Serve the next poll; false when there is none and the last one stays."""
        if self._next is None:
            return False
        self._current, self._next = self._next, next(self._rest, None)
        self._swept = False
        return True

    def answer(self, request: Request) -> Answer:
        """Return the recorded answer to a request."""
        if request.method == "POST" and request.path == STEP:
            moved = self.step()
            return encoded({"data": {"stepped": moved, "generated": self.generated.isoformat()}})
        if request.method != "GET":
            return failure(405, "Method Not Allowed")
        route = route_of(request.path, request.query)
        if route is None:
            return nowhere(request.path)
        self._keep_pace(route, request)
        source = _Recorded(self._current)
        if source.unanswered(route):
            return failure(503, "This poll has no answer here")
        if route.generation is not None and not source.has(route):
            return page(404)
        return respond(source, route, request.query)

    def _keep_pace(self, route: Route, request: Request) -> None:
        if self._pace is Pace.CLOCK:
            self._catch_up()
        begins = route.surface is Surface.MODELS and route.asks == "list"
        if self._pace is not Pace.SWEEP or not begins or request.query.get("offset", "0") != "0":
            return
        if self._swept:
            self.step()
        self._swept = True

    def _catch_up(self) -> None:
        now = self._clock()
        if self._began is None:
            self._began = (now, self.generated)
        began, first = self._began
        while self._next is not None and recorded_at(self._next) - first <= (now - began) * self._speed:
            self.step()


class _Recorded:
    """One archive line as a source of bodies."""

    def __init__(self, poll: Poll) -> None:
        self._poll = poll

    def unanswered(self, route: Route) -> bool:
        if route.surface is Surface.ENDPOINTS:
            bodies = self._poll.get("endpoints", {})
            return bodies is None or bodies.get(route.model, {}) is None
        body = self._of(route.surface, {})
        if route.surface not in ASKED_BY_KEY or body is None or route.surface in NULL_IS_NOTHING:
            return body is None
        return body.get(route.key, {}) is None

    def has(self, route: Route) -> bool:
        """Tell whether a surface of the frontend was polled; it stands where that generation had it."""
        if self._of(route.surface, None) is None:
            return False
        return route.surface is Surface.VERSIONS or self._generation is route.generation

    def models(self) -> Mapping[str, Any]:
        return _listed(self._poll.get("models")) or {"data": []}

    def model(self, model: str) -> Mapping[str, Any] | None:
        return next(({"data": row} for row in self.models()["data"] if row.get("id") == model), None)

    def endpoints(self, model: str) -> Mapping[str, Any] | None:
        body: Mapping[str, Any] | None = self._poll.get("endpoints", {}).get(model)
        return body

    def providers(self) -> Mapping[str, Any] | None:
        return _listed(self._of(Surface.PROVIDERS, None))

    def zdr(self) -> Mapping[str, Any] | None:
        return _listed(self._poll.get("zdr"))

    def of_frontend(self, surface: Surface, key: str, generation: Generation) -> object:
        del generation
        body = self._of(surface, None)
        if surface in ASKED_BY_KEY:
            return body.get(key) if isinstance(body, dict) else None
        return _listed(body)

    @property
    def _generation(self) -> Generation:
        """Return which frontend was recorded: that of 2025 nested its policies."""
        rows = (_listed(self._of(Surface.FRONTEND, None)) or {}).get("data", [])
        policies = (row.get("dataPolicy") for row in rows if isinstance(row, dict))
        nested = any("paidModels" in policy for policy in policies if isinstance(policy, dict))
        return Generation.Y2025 if nested else Generation.Y2026

    def _of(self, surface: Surface, absent: object) -> Any:
        providers = self._poll.get("providers", absent)
        if surface is Surface.PROVIDERS:
            return absent if _has_policies(providers) else providers
        if surface is Surface.FRONTEND:
            return self._poll.get("frontend_providers", providers if _has_policies(providers) else absent)
        return self._poll.get(RECORDED_AS[surface], absent)


def recorded_at(poll: Poll) -> datetime:
    """Return when a poll was recorded (aware UTC)."""
    return datetime.fromisoformat(str(poll["generated"]))


def _has_policies(body: object) -> bool:
    """Tell whether a providers body is the frontend's, as in older archives (told by its shape)."""
    rows = (_listed(body) or {}).get("data", [])
    return any("dataPolicy" in row for row in rows if isinstance(row, dict))


def _listed(body: object) -> Mapping[str, Any] | None:
    if isinstance(body, list):
        return {"data": body}
    return body if isinstance(body, dict) and body else None
