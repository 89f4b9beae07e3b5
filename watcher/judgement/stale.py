"""Stale answers: the surfaces of one poll that show an old generation, and those that came with it.

Of the models and the endpoints a generation is known by itself. Where one of them is old, whatever else the
same poll answered is held too when it shows nothing but the same past: one provider's policy that goes back
is news, but not in the company of three prices that do.
"""

from __future__ import annotations

from collections.abc import Iterator

from watcher.catalog.names import Surface
from watcher.catalog.sheets import Seen
from watcher.judgement.admit import doubt_about
from watcher.judgement.generations import (
    Spans,
    have_an_instant_in_common,
    steps_back,
    when_they_were_so,
)
from watcher.judgement.models import differing_models, digest_of_model
from watcher.judgement.providers import (
    differing_policies,
    differing_providers,
    digest_of_policy,
    digest_of_provider,
)
from watcher.judgement.state import State
from watcher.judgement.tables import Tables, differing_endpoints, digest_of_endpoint
from watcher.judgement.zdr import differing_seats

Shown = tuple[Surface, Spans]
"""A surface that shows nothing new, and when each row that differs was as it is shown."""


def stale_in(state: State, seen: Seen, tables: Tables) -> frozenset[Surface]:
    """Return the surfaces of a poll that show an old generation; ``tables`` are its endpoints'."""
    old = dict(_old_by_themselves(state, seen, tables))
    if not old:
        return frozenset()
    past = [spans for shown in old.values() for spans in shown]
    company = {
        surface
        for surface, shown in _showing_nothing_new(state, seen, tables)
        if surface not in old and shown and have_an_instant_in_common([*past, *shown])
    }
    return frozenset(old.keys() | company)


def _old_by_themselves(state: State, seen: Seen, tables: Tables) -> Iterator[Shown]:
    models, endpoints = seen.models, seen.endpoints
    if models is not None and doubt_about(models) is None:
        spans = steps_back(differing_models(state.models, models), digest_of_model, seen.at)
        if spans is not None:
            yield Surface.MODELS, spans
    if endpoints is not None and endpoints.fault is None:
        rows = differing_endpoints(state, endpoints, tables)
        spans = steps_back(rows, digest_of_endpoint, seen.at)
        if spans is not None:
            yield Surface.ENDPOINTS, spans


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
