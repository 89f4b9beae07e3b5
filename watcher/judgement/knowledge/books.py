"""Books: the endpoints as the documented API lists them and as the frontend does, and which of the two leads.

Each book is followed by itself, so that a change is one within a book: passing from one to the other is
never news. The documented one leads for each model it knows. Where it never listed a model, or has not been
answered for long, the frontend's stands in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import EndpointKey, ModelId, Surface
from watcher.judgement.state import State, SurfaceHealth, Tracked
from watcher.rules.patience import is_met

Known = Mapping[EndpointKey, Tracked[Endpoint]]
NOTHING_KNOWN: Known = {}

ASTRAY_AFTER = timedelta(hours=2)
"""How long at least a book must not have been believed for another source to stand in for it, where it was
not asked for or its answers are held. One that answers nothing is away as soon as that is confirmed."""
INTERVALS_MISSED = 4
FRONTEND_FACTS = ("disabled", "deranked", "hidden", "expires")
"""Facts of an endpoint that only the frontend lists, whichever book leads."""


def leading(state: State, model: str | None) -> Surface | None:
    """Return whose book leads for a model; None where neither is to be had."""
    name = ModelId(model or "")
    if name in state.endpoints and Surface.ENDPOINTS not in state.astray:
        return Surface.ENDPOINTS
    if name in state.frontend_endpoints and Surface.FRONTEND_ENDPOINTS not in state.astray:
        return Surface.FRONTEND_ENDPOINTS
    return None


def offers_of(state: State, model: str | None) -> Known:
    """Return the endpoints of a model by the book that leads, or by the last one that did."""
    name = ModelId(model or "")
    if leading(state, model) is Surface.FRONTEND_ENDPOINTS:
        return state.frontend_endpoints[name]
    return state.endpoints.get(name) or state.frontend_endpoints.get(name, NOTHING_KNOWN)


def all_offers(state: State) -> Iterator[tuple[ModelId, Known]]:
    """Yield the endpoints of every model that any book knows."""
    if not state.frontend_endpoints:
        yield from state.endpoints.items()
        return
    for model in dict.fromkeys((*state.endpoints, *state.frontend_endpoints)):
        yield model, offers_of(state, model)


def is_known(state: State, model: str | None) -> bool:
    """Tell whether any book knows a model."""
    return model in state.endpoints or model in state.frontend_endpoints


def has_no_book(state: State) -> bool:
    """Tell whether endpoints are not to be had: neither book was ever believed, or both are astray."""
    return not any(_is_open(state, book) for book in (Surface.ENDPOINTS, Surface.FRONTEND_ENDPOINTS))


def joined(state: State, endpoint: Endpoint) -> Endpoint:
    """Return an endpoint with what only the frontend knows of it, where it is in both books."""
    listed = state.frontend_endpoints.get(endpoint.key.model, NOTHING_KNOWN).get(endpoint.key)
    if listed is None or listed.record is endpoint:
        return endpoint
    unknown = (name for name in FRONTEND_FACTS if getattr(endpoint, name) is None)
    return replace(endpoint, **{name: getattr(listed.record, name) for name in unknown})


def out_of_service(state: State, model: str | None) -> frozenset[EndpointKey]:
    """Return a model's endpoints that the frontend lists as disabled; the documented book does not say."""
    listed = state.frontend_endpoints.get(ModelId(model or ""), NOTHING_KNOWN)
    return frozenset(
        key for key, tracked in listed.items() if tracked.record.disabled is True and not tracked.gone
    )


def with_astray(
    state: State,
    at: datetime,
    intervals: Mapping[Surface, timedelta],
    confirm_after: timedelta,
    before: datetime | None,
) -> State:
    """Return the state that knows which books are not to be had at ``at``; each until it is believed again.

    A book that answers nothing is away when two attempts agree, as an absence is. One that was not asked for,
    or whose answers are held, is when at ``before`` it had not been believed for long: the poll of the models
    before this one, None where this is none of theirs. So after a gap in polling all are asked first.
    """
    astray = frozenset(
        book
        for book in (Surface.ENDPOINTS, Surface.FRONTEND_ENDPOINTS)
        if (health := state.surfaces.get(book)) is not None
        and health.believed_at not in (None, at)
        and (
            book in state.astray
            or _is_silent(health, confirm_after)
            or _is_missed(health, before, intervals[book])
        )
    )
    return state if astray == state.astray else replace(state, astray=astray)


def _is_silent(health: SurfaceHealth, confirm_after: timedelta) -> bool:
    since, last = health.silent_since, health.attempted_at
    return since is not None and last is not None and since < last and is_met(last - since, confirm_after)


def _is_missed(health: SurfaceHealth, before: datetime | None, interval: timedelta) -> bool:
    if before is None or health.believed_at is None:
        return False
    return before - health.believed_at > max(ASTRAY_AFTER, interval * INTERVALS_MISSED)


def _is_open(state: State, book: Surface) -> bool:
    health = state.surfaces.get(book)
    return health is not None and health.believed_at is not None and book not in state.astray


def under_the_documented_name(state: State) -> State:
    """Return the state with the frontend's book in the documented one's place: both are followed alike."""
    return replace(state, endpoints=state.frontend_endpoints, telemetry=state.frontend_readings)


def under_its_own_name(state: State, followed: State) -> State:
    """Return the state after the frontend's book was followed in the documented one's place."""
    return replace(
        followed,
        endpoints=state.endpoints,
        telemetry=state.telemetry,
        frontend_endpoints=followed.endpoints,
        frontend_readings=followed.telemetry,
        zdr=state.zdr if _is_open(state, Surface.ENDPOINTS) else followed.zdr,
    )
