"""Privacy: what becomes of prompts at an endpoint, by whose record, and who else offers a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import EndpointKey, ModelId, ProviderSlug, Surface
from watcher.catalog.policy import is_worse
from watcher.judgement.knowledge.books import all_offers, offers_of
from watcher.judgement.knowledge.subjects import Slugs
from watcher.judgement.state import UNREAD_SURFACE, Flip, State

ZDR = "zdr"
RETENTION = "retention_days"
OWN = "endpoint's own record"
PROVIDERS = "provider's record"
LISTED = "list of endpoints with zero retention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One fact of a policy: its value, whose record it was read from, and since when that shows it (UTC)."""

    value: object
    source: str
    since: datetime


def privacy_of(state: State, endpoint: Endpoint, field: str, slugs: Slugs) -> Read | None:
    """Return what is known of one fact at one endpoint; its own record overrides its provider's."""
    if field == ZDR:
        return _retention(state, endpoint.key)
    own = state.endpoint_policies.get(endpoint.key)
    if own is not None and (value := getattr(own.record, field)) is not None:
        return Read(value=value, source=OWN, since=own.since)
    return privacy_of_provider(state, slugs.of(endpoint), field)


def privacy_of_provider(state: State, slug: str, field: str) -> Read | None:
    """Return what is known of one fact in a provider's own record."""
    policy = state.policies.get(ProviderSlug(slug))
    value = None if policy is None else getattr(policy.record, field)
    return (
        None if policy is None or value is None else Read(value=value, source=PROVIDERS, since=policy.since)
    )


def touched(
    before: State, after: State, flip: Flip, slugs: Slugs, *, not_before: datetime | None
) -> tuple[EndpointKey, ...]:
    """Return a provider's endpoints that its flip holds for; it came to be after ``not_before``.

    Not those whose own record says otherwise and was read no earlier, nor those whose record said the same
    long before, nor those that came only now.
    """
    return tuple(sorted(_touched(before, after, flip, slugs, not_before)))


def alternatives(state: State, model: str, flip: Flip, slugs: Slugs) -> tuple[str, ...]:
    """Return the names of the other providers that offer a model under a policy no worse than before a flip.

    What is unknown never counts as safe.
    """
    found = {
        tracked.record.provider_name
        for tracked in offers_of(state, model).values()
        if not tracked.gone
        and tracked.record.disabled is not True
        and slugs.of(tracked.record) != flip.provider
        and _is_no_worse(state, tracked.record, flip, slugs)
    }
    return tuple(sorted(found))


def is_alone(state: State, model: str, provider: str, slugs: Slugs) -> bool:
    """Tell whether no other provider offers a model, under any policy."""
    offers = offers_of(state, model).values()
    return all(tracked.gone or slugs.of(tracked.record) == provider for tracked in offers)


def models_keeping_nothing(state: State) -> frozenset[ModelId]:
    """Return the models of which at least one offer is listed with zero retention."""
    return frozenset(
        key.model for key, seat in state.zdr.items() if not seat.gone and not _is_gone(state, key)
    )


def _retention(state: State, key: EndpointKey) -> Read | None:
    read_at = state.surfaces.get(Surface.ZDR, UNREAD_SURFACE).believed_at
    if read_at is None:
        return None
    seat = state.zdr.get(key)
    if seat is None:
        return Read(value=False, source=LISTED, since=read_at)
    return Read(value=not seat.gone, source=LISTED, since=seat.missing_since or seat.since)


def _touched(
    before: State, after: State, flip: Flip, slugs: Slugs, not_before: datetime | None
) -> Iterator[EndpointKey]:
    read_at = after.surfaces.get(Surface.FRONTEND_ENDPOINTS, UNREAD_SURFACE).believed_at
    is_behind = read_at is not None and read_at < flip.at
    for model, offers in all_offers(after):
        had = offers_of(before, model)
        for key, tracked in offers.items():
            came_later = key not in had or tracked.first_seen >= flip.at
            if tracked.gone or came_later or slugs.of(tracked.record) != flip.provider:
                continue
            now = privacy_of(after, tracked.record, flip.field, slugs)
            was = privacy_of(before, had[key].record, flip.field, slugs)
            if now is None:
                continue
            repeats = now.value == flip.old and now.source == OWN and is_behind
            # A flip that waited for its `for` was there at the poll before too, and so was an endpoint's that
            # was seen before its provider's.
            of_late = now.since >= flip.at or (not_before is not None and now.since > not_before)
            moved = was is None or was.value != flip.new or now.source == PROVIDERS or of_late
            if repeats or (now.value == flip.new and moved):
                yield key


def _is_no_worse(state: State, endpoint: Endpoint, flip: Flip, slugs: Slugs) -> bool:
    if flip.field == RETENTION:
        keeps = privacy_of(state, endpoint, "retains_prompts", slugs)
        if keeps is not None and keeps.value is False:
            return True
    read = privacy_of(state, endpoint, flip.field, slugs)
    return read is not None and (read.value == flip.old or not is_worse(flip.field, flip.old, read.value))


def _is_gone(state: State, key: EndpointKey) -> bool:
    offer = offers_of(state, key.model).get(key)
    return offer is not None and offer.gone
