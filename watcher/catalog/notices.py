"""Notices: what upstream writes above a model, and which prices it announces; as they are remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.catalog.names import EndpointKey, ModelId
from watcher.catalog.past import PricePoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """The texts above a model; an empty one is none, None is unknown."""

    warning: str | None
    promotion: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """The prices of one endpoint that will hold from later instants on, by meter, the next one first.

    ``key`` is the endpoint where its id is known, ``provider`` the slug else.
    """

    model: ModelId
    key: EndpointKey | None
    provider: str
    points: Mapping[str, tuple[PricePoint, ...]]
