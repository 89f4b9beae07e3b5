"""Tables: one sweep over endpoints beside what is known of them, and what speaks against believing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import EndpointKey, ModelId
from watcher.catalog.sheets import EndpointsSheet, Offers
from watcher.judgement.belief.admit import (
    Doubt,
    doubt_about_age,
    doubt_about_rows,
    doubt_about_size,
    doubt_about_swings,
)
from watcher.judgement.belief.generations import Row, beginning, swinging, swings
from watcher.judgement.belief.ordinals import matched
from watcher.judgement.belief.taken import Moment
from watcher.judgement.knowledge.books import NOTHING_KNOWN, Known
from watcher.judgement.knowledge.facts import digest, facts_of_endpoint, moved
from watcher.judgement.state import State

FEWEST_MODELS = 5
"""So many models do not lose every endpoint at once: it is the surface that died."""
Tables = Mapping[ModelId, Mapping[EndpointKey, Endpoint]]
"""The endpoints of the models that are not as they were; most are, and are skipped by identity."""


def tables_of(state: State, sheet: EndpointsSheet) -> Tables:
    """Return the rows of each model that is not as it was, equal tags matched to what they were before."""
    return {
        model: _rows(state.endpoints.get(model, NOTHING_KNOWN), offers)
        for model, offers in sheet.rows.items()
        if not _is_as_it_was(state.endpoints.get(model), offers)
    }


def _is_as_it_was(known: Known | None, offers: Offers) -> bool:
    if known is None or offers.bad or len(known) != len(offers.endpoints):
        return False
    for endpoint in offers.endpoints:
        tracked = known.get(endpoint.key)
        if tracked is None or tracked.record is not endpoint or tracked.missing_since is not None:
            return False
    return True


def _rows(known: Known, offers: Offers) -> Mapping[EndpointKey, Endpoint]:
    rows = {endpoint.key: endpoint for endpoint in offers.endpoints}
    has_twins = len(rows) < len(offers.endpoints) or any(
        key.ordinal for keys in (rows, known) for key in keys
    )
    if not has_twins:
        return rows
    return {endpoint.key: endpoint for endpoint in matched(known, offers.endpoints)}


def unobserved_in(known: Known, offers: Offers) -> frozenset[EndpointKey]:
    """Return the known endpoints that an answer says nothing about: their rows could not be read."""
    bad = {row.id for row in offers.bad}
    if None in bad:
        return frozenset(known)
    return frozenset(key for key in known if key.tag in bad) if bad else frozenset()


def doubt_about_sweep(state: State, sheet: EndpointsSheet, tables: Tables, moment: Moment) -> Doubt | None:
    """Return what speaks against believing a sweep, or None."""
    if sheet.fault is not None:
        return Doubt(reason=sheet.fault)
    if not sheet.rows:
        first = next(iter(sheet.unanswered.values()), None)
        return Doubt(reason=f"no model answered, first: {first}" if first else "an empty answer")
    listed = sum(len(offers.endpoints) for offers in sheet.rows.values())
    bad = tuple(row for offers in sheet.rows.values() for row in offers.bad)
    doubt = doubt_about_rows(bad, listed + len(bad))
    if doubt is not None:
        return doubt
    if not listed and len(sheet.rows) >= FEWEST_MODELS and any(map(state.endpoints.get, sheet.rows)):
        return Doubt(reason=f"not one of {len(sheet.rows)} models has an endpoint")
    rows = list(differing_endpoints(state, sheet, tables))
    present = sum(
        len(known) if model not in tables else sum(not tracked.gone for tracked in known.values())
        for model in sheet.rows
        if (known := state.endpoints.get(model)) is not None
    )
    doubt = doubt_about_size([row.key for row in rows if row.record is None], present)
    doubt = doubt or _doubt_about_swings(state, sheet, rows, present)
    if doubt is None and sheet.surface in moment.stale:
        doubt = doubt_about_age([row.key for row in rows])
    return doubt


def _doubt_about_swings(
    state: State, sheet: EndpointsSheet, rows: Sequence[Row[Endpoint]], present: int
) -> Doubt | None:
    """Return a doubt when numbers moved on many rows, of several models and at several providers.

    What moves of one model alone, or at one provider alone, is the world's doing: a unit that changed shows
    on all that is listed. Of a short list that is soon a fifth.
    """
    doubt = doubt_about_swings(swinging(rows), present)
    if doubt is None:
        return None
    moved = [row for row in rows if row.swings]
    listed = [
        tracked.record
        for model in sheet.rows
        for tracked in state.endpoints.get(model, NOTHING_KNOWN).values()
    ]
    of_one_model = len({row.key.model for row in moved}) == 1 < len({one.key.model for one in listed})
    at_one_provider = len({row.owner for row in moved}) == 1 < len({one.provider_name for one in listed})
    return None if of_one_model or at_one_provider else doubt


def differing_endpoints(state: State, sheet: EndpointsSheet, tables: Tables) -> Iterator[Row[Endpoint]]:
    """Yield the rows that differ from what is known."""
    for model, rows in tables.items():
        known = state.endpoints.get(model)
        if known is None:
            continue
        for key, endpoint in rows.items():
            tracked = known.get(key)
            if tracked is None or tracked.gone:
                yield Row(key=key, owner=endpoint.provider_name, tracked=tracked, record=endpoint)
            elif tracked.record is not endpoint and tracked.record != endpoint:
                names = moved(facts_of_endpoint(tracked.record), facts_of_endpoint(endpoint))
                if names:
                    yield Row(
                        key=key,
                        owner=endpoint.provider_name,
                        tracked=tracked,
                        record=endpoint,
                        swings=swings(names),
                    )
        if len(known) > len(rows):
            unobserved = unobserved_in(known, sheet.rows[model])
            for key in known.keys() - rows.keys() - unobserved:
                if not known[key].gone:
                    came = known[key].first_seen > beginning(known)
                    name = known[key].record.provider_name
                    yield Row(key=key, owner=name, tracked=known[key], record=None, came=came)


def unmoved_endpoints(state: State, sheet: EndpointsSheet, tables: Tables) -> Iterator[datetime]:
    """Yield since when each endpoint has been as the sheet shows it: listed so, or not listed."""
    for model in sheet.rows:
        known, rows = state.endpoints.get(model, NOTHING_KNOWN), tables.get(model)
        for key, tracked in known.items():
            if rows is not None and key not in rows and tracked.missing_since is not None:
                yield tracked.missing_since
            elif rows is None or (not tracked.gone and rows.get(key) == tracked.record):
                yield tracked.since


def digest_of_endpoint(endpoint: Endpoint) -> str:
    """Return a digest of an endpoint's facts, scheduled prices counted as they stand."""
    return digest(facts_of_endpoint(endpoint))
