"""The world: a founded catalog, a script and a start; what it shows depends on the moment alone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from watcher.catalog.names import Surface
from watcher.simulator.bodies import Row, endpoint_row, endpoints_data, model_row, provider_row
from watcher.simulator.catalog import Catalog, Listing
from watcher.simulator.frontend import Frontend
from watcher.simulator.frontend_past import Course
from watcher.simulator.generations import Generation
from watcher.simulator.script import BEFORE, Script
from watcher.simulator.truth import moment_of

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything the simulated OpenRouter shows during one minute: bodies as Python values.

    ``minute`` counts from 1970. Bodies are made anew at each call; a missing model is None.
    """

    catalog: Catalog
    minute: int
    course: Course = field(default_factory=lambda: Course(start=datetime(2026, 9, 21, tzinfo=UTC)))

    def model_rows(self) -> list[Row]:
        """Return the rows of ``/models`` for all kinds of output, newest first."""
        return [model_row(self.catalog, listing, self.minute) for listing in self.catalog.listings.values()]

    def models(self) -> Row:
        """Return the body of ``/models?output_modalities=all``."""
        rows = self.model_rows()
        return {"data": rows, "total_count": len(rows), "links": {"next": None}}

    def model(self, model: str) -> Row | None:
        """Return the body of ``/model/{id}``; an alias is answered with its target."""
        listing = self.catalog.listings.get(model)
        if listing is not None and listing.alias_target is not None:
            listing = self.catalog.listings.get(listing.alias_target)
        return None if listing is None else {"data": model_row(self.catalog, listing, self.minute)}

    def endpoints(self, model: str) -> Row | None:
        """Return the body of ``/models/{id}/endpoints``, by id or canonical slug."""
        listing = self.catalog.listings.get(model) or self._by_canonical_slug().get(model)
        return None if listing is None else {"data": endpoints_data(self.catalog, listing, self.minute)}

    def providers(self) -> Row:
        """Return the body of ``/providers``."""
        return {"data": [provider_row(self.catalog, host) for host in self.catalog.hosts.values()]}

    def frontend_providers(self) -> Row:
        """Return the body of the frontend's ``all-providers``."""
        return {"data": self.frontend.providers()}

    def of_frontend(self, surface: Surface, key: str, generation: Generation = Generation.Y2026) -> object:
        """Return the body of a surface of the frontend, or of a document about the API."""
        return self.frontend.body(surface, key, generation)

    @property
    def frontend(self) -> Frontend:
        """Return what the frontend shows."""
        return Frontend(catalog=self.catalog, minute=self.minute, course=self.course)

    def zdr(self) -> Row:
        """Return the body of ``/endpoints/zdr``: the endpoints of all hosts that keep nothing."""
        return {"data": list(self._zdr_rows())}

    def _zdr_rows(self) -> Iterator[Row]:
        for listing in self.catalog.listings.values():
            for offer in listing.offers:
                if self.catalog.hosts[offer.host].zdr:
                    yield endpoint_row(self.catalog, listing, offer, self.minute)

    def _by_canonical_slug(self) -> Mapping[str, Listing]:
        return {row.canonical_slug: row for row in reversed(tuple(self.catalog.listings.values()))}


class World:
    """A pure function of the moment, with a memory of the catalogs between two events."""

    def __init__(self, founded: Catalog, script: Script, start: datetime) -> None:
        self.founded = founded
        self.script = script
        self.start = start
        self._phases: dict[int, Catalog] = {}
        self._courses: dict[int, Course] = {}

    def elapsed(self, moment: datetime) -> timedelta:
        """Return the script time of a real moment (aware UTC)."""
        return (moment - self.start) * self.script.speed

    def at(self, moment: datetime) -> Scene:
        """Return what the world shows at a real moment (aware UTC)."""
        return self.scene(self.elapsed(moment))

    def scene(self, elapsed: timedelta) -> Scene:
        """Return what the world shows at a moment of the script."""
        phase = bisect_right(self._moments, elapsed)
        course = self._courses.get(phase)
        if course is None:
            course = self._courses[phase] = self._course_to(phase)
        minute = self._origin + elapsed // MINUTE
        return Scene(catalog=self._catalog_in(phase), minute=minute, course=course)

    def _course_to(self, phase: int) -> Course:
        """Return how the catalog came to a phase; times are real ones."""
        speed = self.script.speed
        begins = (timedelta(0), *self._moments)[: phase + 1]
        phases = [
            (moment_of(self.start, begin, speed), self._catalog_in(number))
            for number, begin in enumerate(begins)
        ]
        return Course(start=self.start, speed=speed, phases=phases)

    @cached_property
    def _moments(self) -> tuple[timedelta, ...]:
        return self.script.moments()

    @cached_property
    def _origin(self) -> int:
        return int(self.start.timestamp()) // 60

    def _catalog_in(self, phase: int) -> Catalog:
        if phase not in self._phases:
            self._phases[phase] = self._made_in(phase)
        return self._phases[phase]

    def _made_in(self, phase: int) -> Catalog:
        first = self._moments[0] + BEFORE if self._moments else timedelta(0)
        catalog = self.script.catalog_at(self.founded, self._moments[phase - 1] if phase else first)
        outages = tuple(outage.since_epoch(self._origin) for outage in catalog.outages)
        return replace(catalog, outages=outages)
