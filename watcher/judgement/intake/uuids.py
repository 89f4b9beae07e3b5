"""Uuids: the frontend's own ids of endpoints, which outlive every tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.listing import FrontendOffer
from watcher.catalog.names import EndpointKey
from watcher.catalog.sheets import EndpointsSheet, FrontendEndpointsSheet, Offers
from watcher.judgement.belief.tables import Tables
from watcher.judgement.knowledge.books import NOTHING_KNOWN
from watcher.judgement.state import State


class Keyed(NamedTuple):
    """An endpoint of an answer, under the key it is followed by."""

    key: EndpointKey
    offer: FrontendOffer


def documented_form(state: State, sheet: FrontendEndpointsSheet) -> EndpointsSheet:
    """Return an answer of the frontend in the documented form, with the renames that its ids tell."""
    rows = {
        model: Offers(
            endpoints=tuple(_in_service_as_known(state, offer.endpoint) for offer in listed.offers),
            telemetry=tuple(offer.telemetry for offer in listed.offers),
            bad=listed.bad,
        )
        for model, listed in sheet.rows.items()
    }
    return EndpointsSheet(
        rows=rows, fault=sheet.fault, surface=sheet.surface, renamed=_renamed(state.uuids, sheet)
    )


def keyed(sheet: FrontendEndpointsSheet, tables: Tables) -> Iterator[Keyed]:
    """Yield every endpoint of an answer; equal tags are told apart as ``tables`` does."""
    for model, listed in sheet.rows.items():
        keys = tables.get(model) or (offer.endpoint.key for offer in listed.offers)
        yield from map(Keyed, keys, listed.offers)


def with_uuids(known: Mapping[str, EndpointKey], listed: Iterable[Keyed]) -> Mapping[str, EndpointKey]:
    """Return which endpoint has which id after an answer; the very same mapping where nothing is new."""
    fresh = {offer.uuid: key for key, offer in listed if offer.uuid is not None}
    if all(known.get(uuid) == key for uuid, key in fresh.items()):
        return known
    taken = set(fresh.values())
    return {uuid: key for uuid, key in known.items() if key not in taken} | fresh


def _in_service_as_known(state: State, endpoint: Endpoint) -> Endpoint:
    """Return an endpoint, disabled as it was while nobody says: unknown is not in service again."""
    if endpoint.disabled is not None:
        return endpoint
    known = state.frontend_endpoints.get(endpoint.key.model, NOTHING_KNOWN).get(endpoint.key)
    return endpoint if known is None else replace(endpoint, disabled=known.record.disabled)


def _renamed(
    known: Mapping[str, EndpointKey], sheet: FrontendEndpointsSheet
) -> Mapping[EndpointKey, EndpointKey]:
    offers = (offer for listed in sheet.rows.values() for offer in listed.offers)
    pairs = ((offer.endpoint.key, known.get(offer.uuid or "")) for offer in offers)
    return {
        new: old for new, old in pairs if old is not None and old.model == new.model and old.tag != new.tag
    }
