"""Listings: the rows of the frontend's catalog, which also keeps every model that ever was."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import ModelId
from watcher.catalog.policy import DataPolicy
from watcher.catalog.telemetry import Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontendOffer:
    """One endpoint as the frontend knows it: under an id that lasts, with its policy and its readings.

    ``uuid`` outlives every change of the endpoint's tag. ``deranked`` and ``hidden`` are known here only;
    ``requests`` counts those of the last 30 minutes.
    """

    uuid: str | None
    endpoint: Endpoint
    policy: DataPolicy
    telemetry: Telemetry
    deranked: bool | None = None
    hidden: bool | None = None
    region: str | None = None
    requests: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One row of the frontend's catalog.

    ``permaslug`` is what the frontend asks for a model by. ``leads`` is the endpoint that leads now; None
    means that nobody serves the model: the row is history, not a removal. ``created`` is in Unix seconds.
    """

    id: ModelId
    permaslug: str
    name: str
    author: str | None
    group: str | None
    created: int | None
    updated: int | None
    context_length: int | None
    input_modalities: frozenset[str] | None
    output_modalities: frozenset[str] | None
    hugging_face_id: str | None
    hidden: bool | None
    reasoning: bool | None
    warning: str | None
    promotion: str | None
    leads: FrontendOffer | None
