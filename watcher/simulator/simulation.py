"""Simulation: a world under a clock, as a site to serve and as lines of an archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import methodcaller
from typing import Any

import orjson

from watcher.catalog.names import BEHIND_THE_PAGES, Surface
from watcher.catalog.recording import ASKED_BY_KEY, RECORDED_AS
from watcher.simulator.answers import JSON, Answer, Request, failure, page
from watcher.simulator.catalog import Catalog
from watcher.simulator.faults import (
    EmptyList,
    Fault,
    HalfList,
    Hang,
    Html,
    OldGeneration,
    TooManyRequests,
    Truncated,
    Unavailable,
    fault_at,
)
from watcher.simulator.founding import found
from watcher.simulator.generations import Generation, generation_of
from watcher.simulator.routes import Route, nowhere, respond, route_of
from watcher.simulator.script import QUIET, Plot, Script
from watcher.simulator.truth import Truth
from watcher.simulator.world import Scene, World

Body = Mapping[str, Any]
RARELY_RECORDED = tuple(
    surface for surface in (*BEHIND_THE_PAGES, Surface.SCHEMA) if surface is not Surface.UPTIME_HOURLY
)
"""Three days of every endpoint by the hour are asked for one by one, and kept by nobody."""

Clock = Callable[[], datetime]
"""Returns an aware UTC time."""


class Simulation:
    """A simulated OpenRouter from a seed and a size.

    ``script`` is a Script, or a Plot that writes one for the founded catalog. The script begins at ``start``;
    without one it begins when the clock is first read, at the first request. ``generation`` is that of the
    frontend where the script moves nothing.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        models: int = 60,
        script: Script | Plot = QUIET,
        clock: Clock,
        start: datetime | None = None,
        generation: Generation = Generation.Y2026,
    ) -> None:
        self._founded = found(seed, models)
        self.script = script if isinstance(script, Script) else script(self._founded)
        self._clock = clock
        self._start = start
        self._generation = generation
        self._world: World | None = None
        self._shelf: dict[tuple[str, frozenset[tuple[str, str]]], Answer] = {}
        self._shelved: tuple[Catalog, int] | None = None

    @property
    def truths(self) -> tuple[Truth, ...]:
        """Return what a right watcher tells of the script; times are script time."""
        return self.script.truths(self._founded)

    @property
    def world(self) -> World:
        """Return the world; asking for it begins the script if nothing has yet."""
        if self._world is None:
            self._world = World(self._founded, self.script, self._start or self._clock())
        return self._world

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request at the clock's time."""
        if request.method != "GET":
            return failure(405, "Method Not Allowed")
        route = route_of(request.path, request.query)
        elapsed = self.world.elapsed(self._clock())
        if route is None or self._has_moved(route, elapsed):
            return nowhere(request.path)
        fault = fault_at(self.script.faults, route.surface, elapsed)
        if fault is None:
            return self._kept(self.world.scene(elapsed), route, request)
        return self._faulty(fault, elapsed, route, request)

    def poll_line(self, moment: datetime, *, behind_the_pages: bool = False) -> dict[str, Any]:
        """Return one line of an archive (CONTRACT section 5): the surfaces at one real moment (aware UTC).

        A surface that answered no list at the time is null, as in a recording. With ``behind_the_pages``
        all of the frontend is in it but the uptimes by the hour, not its policies alone.
        """
        world = self.world
        elapsed = world.elapsed(moment)
        asked: dict[str, Any] = {
            "models": self._polled(Surface.MODELS, elapsed, Scene.models),
            "providers": self._polled(Surface.PROVIDERS, elapsed, Scene.providers),
            "endpoints": {
                model: self._polled(Surface.ENDPOINTS, elapsed, methodcaller("endpoints", model))
                for model in world.scene(elapsed).catalog.listings
            },
            "zdr": self._polled(Surface.ZDR, elapsed, Scene.zdr),
            "frontend_providers": self._shown(Surface.FRONTEND, "", elapsed),
        }
        if behind_the_pages:
            asked |= {RECORDED_AS[surface]: self._recorded(surface, elapsed) for surface in RARELY_RECORDED}
        stamp = moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return {"generated": stamp, **asked}

    def poll_lines(
        self, every: timedelta, lasting: timedelta, *, pages_every: timedelta | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield the lines of a poller that starts with the script and polls at an interval (real time).

        With ``pages_every``, a multiple of the interval, it polls all of the frontend so often.
        """
        for poll in range(lasting // every + 1):
            due = pages_every is not None and not every * poll % pages_every
            yield self.poll_line(self.world.start + every * poll, behind_the_pages=due)

    def _has_moved(self, route: Route, elapsed: timedelta) -> bool:
        """Tell whether the frontend answers at an address of the other generation now."""
        return route.generation is not None and route.generation is not self._served(route.surface, elapsed)

    def _served(self, surface: Surface, elapsed: timedelta) -> Generation:
        return generation_of(surface, self._generation, self.script.moves, elapsed)

    def _recorded(self, surface: Surface, elapsed: timedelta) -> object:
        """Return what a poller writes of a surface that it asks for as a whole, or for each key."""
        if surface not in ASKED_BY_KEY:
            return self._shown(surface, "", elapsed)
        fault = fault_at(self.script.faults, surface, elapsed)
        if fault is not None and (_refusal(fault) is not None or isinstance(fault, Truncated)):
            return None
        keys = self.world.scene(elapsed).frontend.keys(surface)
        return {key: self._shown(surface, key, elapsed) for key in keys}

    def _shown(self, surface: Surface, key: str, elapsed: timedelta) -> object:
        generation = self._served(surface, elapsed)
        return self._polled(surface, elapsed, methodcaller("of_frontend", surface, key, generation))

    def _kept(self, scene: Scene, route: Route, request: Request) -> Answer:
        if self._shelved is None or self._shelved[0] is not scene.catalog or self._shelved[1] != scene.minute:
            self._shelved = (scene.catalog, scene.minute)
            self._shelf.clear()
        key = (request.path, frozenset(request.query.items()))
        if key not in self._shelf:
            self._shelf[key] = respond(scene, route, request.query)
        return self._shelf[key]

    def _faulty(self, fault: Fault, elapsed: timedelta, route: Route, request: Request) -> Answer:
        refusal = _refusal(fault)
        if refusal is not None:
            return refusal
        answer = respond(self.world.scene(_looked_at(fault, elapsed)), route, request.query)
        if isinstance(fault, Truncated) or answer.content_type != JSON:
            return replace(answer, cut=isinstance(fault, Truncated))
        return replace(answer, body=orjson.dumps(spoiled(fault, orjson.loads(answer.body))))

    def _polled(self, surface: Surface, elapsed: timedelta, ask: Callable[[Scene], object]) -> object:
        fault = fault_at(self.script.faults, surface, elapsed)
        if fault is None:
            return ask(self.world.scene(elapsed))
        if _refusal(fault) is not None or isinstance(fault, Truncated):
            return None
        body = ask(self.world.scene(_looked_at(fault, elapsed)))
        return spoiled(fault, body) if isinstance(body, dict) else body


def spoiled(fault: Fault, body: Body) -> Body:
    """Return a body as a fault of its content leaves it; other faults leave it alone."""
    rows = body.get("data")
    if isinstance(rows, dict) and "endpoints" in rows:
        return {"data": {**rows, "endpoints": _spoiled_rows(fault, rows["endpoints"])}}
    if not isinstance(rows, list):
        return body
    counted = {"total_count": 0} if isinstance(fault, EmptyList) and "total_count" in body else {}
    return {**body, "data": _spoiled_rows(fault, rows), **counted}


def _spoiled_rows(fault: Fault, rows: list[Any]) -> list[Any]:
    if isinstance(fault, EmptyList):
        return []
    return rows[: len(rows) // 2] if isinstance(fault, HalfList) else rows


def _looked_at(fault: Fault, elapsed: timedelta) -> timedelta:
    return elapsed - fault.age if isinstance(fault, OldGeneration) else elapsed


def _refusal(fault: Fault) -> Answer | None:
    match fault:
        case TooManyRequests(retry_after=None):
            return failure(429, "Rate limit exceeded")
        case TooManyRequests(retry_after=seconds):
            return failure(429, "Rate limit exceeded", (("Retry-After", str(seconds)),))
        case Unavailable():
            return failure(503, "Service Unavailable")
        case Html():
            return page(200)
        case Hang():
            return Answer(hang=True)
        case _:
            return None
