"""Sheets: what one sweep of one surface answered, in our words and not yet believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.model import Model
from watcher.catalog.names import EndpointKey, ModelId, ProviderSlug, Surface
from watcher.catalog.policy import DataPolicy
from watcher.catalog.provider import Provider
from watcher.catalog.telemetry import Telemetry

K = TypeVar("K")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that could not be read; ``id`` is None when not even its name could be."""

    id: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Generic[K, R]):
    """The rows of one surface.

    ``fault`` says why the whole answer is unusable (no answer, an error, HTML, no list); then ``rows`` is
    empty. ``claimed`` is upstream's own count. ``duplicates`` are ids that stood more than once. ``carries``
    are upstream's own keys that at least one row had: a key that left every row is no news about any of them.
    """

    surface: Surface
    rows: Mapping[K, R] = field(default_factory=dict)
    bad: tuple[BadRow, ...] = ()
    duplicates: tuple[str, ...] = ()
    claimed: int | None = None
    fault: str | None = None
    carries: frozenset[str] = frozenset()


ModelsSheet = Sheet[ModelId, Model]
ProvidersSheet = Sheet[ProviderSlug, Provider]
PoliciesSheet = Sheet[ProviderSlug, DataPolicy]
ZdrSheet = Sheet[EndpointKey, None]
EndpointPoliciesSheet = Sheet[EndpointKey, DataPolicy]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """The endpoints of one model as answered, with the reading of each in the same order."""

    endpoints: tuple[Endpoint, ...]
    telemetry: tuple[Telemetry, ...]
    bad: tuple[BadRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointsSheet:
    """The endpoints of all models that answered; ``unanswered`` maps the others to the reason.

    A model that is in neither was not asked. Both are unobserved: they lost nothing.
    """

    rows: Mapping[ModelId, Offers]
    unanswered: Mapping[ModelId, str] = field(default_factory=dict)
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was answered at one time: one surface in the daemon, several in an archive's line."""

    at: datetime
    models: ModelsSheet | None = None
    providers: ProvidersSheet | None = None
    policies: PoliciesSheet | None = None
    endpoint_policies: EndpointPoliciesSheet | None = None
    zdr: ZdrSheet | None = None
    endpoints: EndpointsSheet | None = None
