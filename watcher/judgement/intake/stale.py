"""Stale answers: what a poll shows of an old generation, and what came with it.

Of the models and the endpoints a generation is known by the rows that went back together, and the body of one
model also by its readings (see ``marks``). Where something is old, whatever else the same poll answered is
held too when it shows nothing but the same past: one provider's policy that goes back is news, but not in the
company of three prices that do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.model import Model
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import EndpointsSheet, Seen
from watcher.judgement.belief.admit import doubt_about
from watcher.judgement.belief.generations import (
    UNRELATED,
    Row,
    Span,
    Spans,
    end_of_what_they_share,
    steps_back,
    when_they_were_so,
)
from watcher.judgement.belief.marks import Age, age_of, when_it_read_so
from watcher.judgement.belief.tables import Tables, differing_endpoints, digest_of_endpoint, unmoved_endpoints
from watcher.judgement.belief.taken import Moment
from watcher.judgement.decision import Refusal
from watcher.judgement.intake.models import differing_models, digest_of_model, unmoved_models
from watcher.judgement.intake.providers import (
    differing_policies,
    differing_providers,
    digest_of_policy,
    digest_of_provider,
)
from watcher.judgement.intake.zdr import differing_seats
from watcher.judgement.state import State

Shown = tuple[Surface, Spans]
"""A surface that shows nothing new, and when each row that differs was as it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """The surfaces that show an old generation; where endpoints do not, the models whose own body does."""

    surfaces: frozenset[Surface] = frozenset()
    models: frozenset[ModelId] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The rows of one model's endpoints that differ from what is known.

    ``spans`` is when they were as they are shown, None where one is new; ``age`` is what the readings tell.
    """

    rows: Sequence[Row[Endpoint]]
    spans: Spans | None
    age: Age


Bodies = Mapping[ModelId, Body]
AGED = "show an old generation"
NAMED = 3


def stale_in(state: State, seen: Seen, tables: Tables, moment: Moment) -> Stale:
    """Return what of a poll is old; ``tables`` are its endpoints'."""
    sheet = seen.endpoints
    bodies = {} if sheet is None else _bodies(state, sheet, tables, moment)
    age, copied = (Age.UNTOLD, ()) if sheet is None else _sweep(state, sheet, tables, moment)
    old = dict(_old_by_themselves(state, seen, tables, {} if age is Age.NEW else bodies))
    alone = {model: body.spans for model, body in bodies.items() if body.age is Age.OLD and body.spans}
    past = [*copied, *chain(*old.values()), *(chain(*alone.values()) if len(alone) >= UNRELATED else ())]
    company = {
        surface
        for surface, shown in (_showing_nothing_new(state, seen, tables) if past else ())
        if surface not in old and shown and end_of_what_they_share([*past, *shown])
    }
    surfaces = frozenset(old.keys() | company)
    if copied and surfaces:
        surfaces |= {Surface.ENDPOINTS}
    return Stale(surfaces=surfaces, models=frozenset(() if Surface.ENDPOINTS in surfaces else alone))


def _bodies(state: State, sheet: EndpointsSheet, tables: Tables, moment: Moment) -> Bodies:
    rows: dict[ModelId, list[Row[Endpoint]]] = defaultdict(list)
    for row in differing_endpoints(state, sheet, tables):
        rows[row.key.model].append(row)
    return {
        model: Body(
            rows=own,
            age=_age(state, sheet, tables, model, moment),
            spans=when_they_were_so(own, digest_of_endpoint, moment.at),
        )
        for model, own in rows.items()
    }


def _age(state: State, sheet: EndpointsSheet, tables: Tables, model: ModelId, moment: Moment) -> Age:
    offers = sheet.rows[model]
    keys = tables.get(model) or (endpoint.key for endpoint in offers.endpoints)
    now = dict(zip(keys, offers.telemetry, strict=True))
    return age_of(state.sweeps, model, now, state.telemetry, moment)


def _sweep(state: State, sheet: EndpointsSheet, tables: Tables, moment: Moment) -> tuple[Age, Spans]:
    """Return the age of a whole sweep by the models that tell, and when it was taken that it is a copy of.

    A few tell: where three show new readings it is new.
    """
    spans: list[Sequence[Span]] = []
    new = 0
    for model, offers in sheet.rows.items():
        age = _age(state, sheet, tables, model, moment)
        new += age is Age.NEW
        if age is Age.OLD:
            spans.append(when_it_read_so(state.sweeps, model, offers.telemetry, moment.at))
        if new == UNRELATED:
            return Age.NEW, ()
    is_copy = len(spans) >= UNRELATED and end_of_what_they_share(spans) is not None
    return (Age.OLD, spans) if is_copy else (Age.UNTOLD, ())


def without_old_bodies(stale: Stale, seen: Seen, tables: Tables) -> tuple[Seen, Tables]:
    """Return a poll and its tables without the models whose endpoints are old: they were not answered."""
    sheet = seen.endpoints
    if not stale.models or sheet is None:
        return seen, tables
    rows = {model: offers for model, offers in sheet.rows.items() if model not in stale.models}
    unanswered = {**sheet.unanswered, **dict.fromkeys(stale.models, AGED)}
    fresh = {model: table for model, table in tables.items() if model not in stale.models}
    return replace(seen, endpoints=replace(sheet, rows=rows, unanswered=unanswered)), fresh


def refusals_of(stale: Stale, seen: Seen) -> tuple[Refusal, ...]:
    """Return what is said of the models that are left out."""
    if not stale.models or seen.endpoints is None:
        return ()
    names = ", ".join(sorted(stale.models)[:NAMED])
    reason = (
        f"endpoints: held: {len(stale.models)} of {len(seen.endpoints.rows)} models {AGED}, first: {names}"
    )
    return (Refusal(at=seen.at, surface=Surface.ENDPOINTS, reason=reason, held=True),)


def _old_by_themselves(state: State, seen: Seen, tables: Tables, bodies: Bodies) -> Iterator[Shown]:
    models, endpoints = seen.models, seen.endpoints
    if models is not None and doubt_about(models) is None:
        rows = tuple(differing_models(state.models, models))
        stayed = unmoved_models(state.models, models)
        spans = None if _is_served(rows, endpoints) else steps_back(rows, digest_of_model, seen.at, stayed)
        if spans is not None:
            yield Surface.MODELS, spans
    if endpoints is None or endpoints.fault is not None:
        return
    if any(body.age is Age.NEW for body in bodies.values()):
        return
    offers = (row for body in bodies.values() for row in body.rows)
    spans = steps_back(offers, digest_of_endpoint, seen.at, unmoved_endpoints(state, endpoints, tables))
    if spans is not None:
        yield Surface.ENDPOINTS, spans


def _is_served(rows: Iterable[Row[Model]], endpoints: EndpointsSheet | None) -> bool:
    """Tell whether a model that is listed again answers with endpoints: it is back, and the list is new."""
    if endpoints is None:
        return False
    back = (row.key for row in rows if row.record is not None and row.tracked and row.tracked.gone)
    return any(model in endpoints.rows and endpoints.rows[model].endpoints for model in back)


def _showing_nothing_new(state: State, seen: Seen, tables: Tables) -> Iterator[Shown]:
    for surface, spans in (
        (Surface.MODELS, _of_models(state, seen)),
        (Surface.ENDPOINTS, _of_endpoints(state, seen, tables)),
        (Surface.PROVIDERS, _of_providers(state, seen)),
        (Surface.FRONTEND, _of_policies(state, seen, Surface.FRONTEND)),
        (Surface.ZDR, _of_seats(state, seen)),
    ):
        if spans is not None:
            yield surface, spans


def _of_models(state: State, seen: Seen) -> Spans | None:
    if seen.models is None:
        return None
    return when_they_were_so(differing_models(state.models, seen.models), digest_of_model, seen.at)


def _of_endpoints(state: State, seen: Seen, tables: Tables) -> Spans | None:
    if seen.endpoints is None:
        return None
    rows = differing_endpoints(state, seen.endpoints, tables)
    return when_they_were_so(rows, digest_of_endpoint, seen.at)


def _of_providers(state: State, seen: Seen) -> Spans | None:
    if seen.providers is None:
        return None
    rows = when_they_were_so(differing_providers(state, seen.providers), digest_of_provider, seen.at)
    policies = _of_policies(state, seen, Surface.PROVIDERS)
    return None if rows is None or policies is None else [*rows, *policies]


def _of_seats(state: State, seen: Seen) -> Spans | None:
    if seen.zdr is None:
        return None
    return when_they_were_so(differing_seats(state, seen.zdr), lambda _: "", seen.at)


def _of_policies(state: State, seen: Seen, surface: Surface) -> Spans | None:
    if seen.policies is None or seen.policies.surface is not surface:
        return []
    return when_they_were_so(differing_policies(state, seen.policies), digest_of_policy, seen.at)
