"""Ids of endpoints: the frontend's own, asked for once where no rule has its endpoints swept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watcher.catalog.names import EndpointKey, ModelId
from watcher.catalog.sheets import FrontendEndpointsSheet
from watcher.judgement.belief.tables import tables_of
from watcher.judgement.intake.uuids import documented_form, keyed
from watcher.judgement.state import State

Ids = Mapping[str, EndpointKey]


def ids_in(sheet: FrontendEndpointsSheet, state: State) -> Ids:
    """Return which endpoint of a state has which id, as an answer tells them; what is new is left out."""
    tables = tables_of(state, documented_form(state, sheet))
    return {
        one.offer.uuid: one.key
        for one in keyed(sheet, tables)
        if one.offer.uuid is not None and one.key in state.endpoints.get(one.key.model, {})
    }


def endpoints_of(state: State, models: Sequence[ModelId]) -> Mapping[ModelId, Sequence[EndpointKey]]:
    """Return the endpoints of each model that are offered now.

    Tiers of service have no id, and share the uptime of the endpoint that they are a tier of (observed).
    """
    return {
        model: tuple(
            key
            for key, tracked in state.endpoints.get(model, {}).items()
            if not tracked.gone and tracked.record.tier == "standard"
        )
        for model in models
    }
