"""Listings: the rows of the frontend's catalog, which also keeps every model that ever was."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.model import Model
from watcher.catalog.policy import DataPolicy
from watcher.catalog.telemetry import Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontendOffer:
    """One endpoint as the frontend knows it: under an id that lasts, with its policy and its readings.

    ``uuid`` outlives every change of the endpoint's tag; ``requests`` counts those of the last 30 minutes.
    """

    uuid: str | None
    endpoint: Endpoint
    policy: DataPolicy
    telemetry: Telemetry
    region: str | None = None
    requests: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One row of the frontend's catalog.

    ``model`` is what ``/api/v1/models`` says of it, as far as the row knows: what only all endpoints together
    say is unknown. ``permaslug`` is what the frontend asks for it by. ``leads`` is the endpoint that leads
    now; None means that nobody serves the model: the row is history, not a removal. ``warning`` and
    ``promotion`` are what upstream shows beside the model; an empty text is none, None is unknown.
    """

    model: Model
    permaslug: str
    author: str | None
    hidden: bool | None
    leads: FrontendOffer | None
    warning: str | None = None
    promotion: str | None = None
