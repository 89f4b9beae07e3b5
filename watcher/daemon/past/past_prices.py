"""Past prices: what upstream lists of an endpoint's earlier prices, as changes of the history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import EndpointKey, ModelId
from watcher.catalog.past import PriceSeries
from watcher.catalog.sheets import ListedPricesSheet
from watcher.judgement.decision import Change
from watcher.judgement.knowledge.moves import Move, recorded
from watcher.judgement.knowledge.subjects import Slugs, slugs_in, subject_of_endpoint
from watcher.judgement.state import State, Tracked
from watcher.rules.watch import ABSENT, MEMBERSHIP, PRESENT
from watcher.store.queries import Queries

Known = Mapping[EndpointKey, Tracked[Endpoint]]


def past_prices(sheet: ListedPricesSheet, state: State) -> Iterator[Change]:
    """Yield when each known endpoint was first listed and every change of its price until we first saw it.

    A series of no endpoint that is known, or of one whose prices the clock moves, says nothing of changes.
    """
    slugs = slugs_in(state)
    for model, listed in sheet.rows.items():
        known = state.endpoints.get(model, {})
        for series in listed:
            tracked = meant(series, model, known, state)
            if tracked is not None:
                yield from _of_endpoint(series, tracked, slugs)


def has_past_prices(model: ModelId, queries: Queries, state: State) -> bool:
    """Tell whether the history knows of an endpoint of a model before we first saw one."""
    first = min(tracked.first_seen for tracked in state.endpoints[model].values())
    oldest = queries.history(model, event="endpoint.added", limit=1, oldest_first=True)
    return any(change.at < first for change in oldest)


def _of_endpoint(series: PriceSeries, tracked: Tracked[Endpoint], slugs: Slugs) -> Iterator[Change]:
    subject = subject_of_endpoint(tracked, slugs)
    past = {
        meter: [point for point in points if point.at < tracked.first_seen]
        for meter, points in series.meters.items()
    }
    first = min((points[0].at for points in past.values() if points), default=None)
    if first is None:
        return
    listed = Move(subject=subject, field=MEMBERSHIP, old=ABSENT, new=PRESENT, at=first, not_before=None)
    yield recorded(listed)
    if series.scheduled:
        return
    for meter, points in past.items():
        for before, after in pairwise(points):
            if before.price != after.price:
                move = replace(
                    listed, field=f"pricing.{meter}", old=before.price, new=after.price, at=after.at
                )
                yield recorded(move)


def meant(series: PriceSeries, model: ModelId, known: Known, state: State) -> Tracked[Endpoint] | None:
    """Return the endpoint that a series is of: by its id, else the only one of its provider."""
    key = state.uuids.get(series.uuid)
    if key is not None and key.model == model:
        return known.get(key)
    own = [found for found in known.values() if found.record.key.tag.partition("/")[0] == series.provider]
    return own[0] if len(own) == 1 else None
