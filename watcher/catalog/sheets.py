"""Sheets: what one sweep of one surface answered, in our words and not yet believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.listing import FrontendOffer, Listing
from watcher.catalog.model import Model
from watcher.catalog.names import EndpointKey, ModelId, ProviderSlug, Surface
from watcher.catalog.past import PriceSeries, UptimePoint
from watcher.catalog.policy import DataPolicy
from watcher.catalog.provider import Provider
from watcher.catalog.telemetry import Telemetry
from watcher.catalog.usage import App, Author, DayOfUse, Document

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
    ``strange`` are keys that we do not know, with the number of rows that had them. ``names`` is what other
    surfaces call the rows by.
    """

    surface: Surface
    rows: Mapping[K, R] = field(default_factory=dict)
    bad: tuple[BadRow, ...] = ()
    duplicates: tuple[str, ...] = ()
    claimed: int | None = None
    fault: str | None = None
    carries: frozenset[str] = frozenset()
    strange: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[K, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSheet(Generic[K, R]):
    """The answers of a surface that is asked for one thing at a time.

    ``unanswered`` maps what was asked for to the reason why it gave nothing; what is in neither was not
    asked, and both are unobserved. ``fault``, ``bad``, ``carries`` and ``strange`` are a Sheet's.
    """

    surface: Surface
    rows: Mapping[K, R] = field(default_factory=dict)
    unanswered: Mapping[str, str] = field(default_factory=dict)
    bad: tuple[BadRow, ...] = ()
    fault: str | None = None
    carries: frozenset[str] = frozenset()
    strange: Mapping[str, int] = field(default_factory=dict)


ModelsSheet = Sheet[ModelId, Model]
ProvidersSheet = Sheet[ProviderSlug, Provider]
PoliciesSheet = Sheet[ProviderSlug, DataPolicy]
ZdrSheet = Sheet[EndpointKey, None]
ListingsSheet = Sheet[ModelId, Listing]
ListedPricesSheet = AskedSheet[ModelId, tuple[PriceSeries, ...]]
UptimesSheet = AskedSheet[str, tuple[UptimePoint, ...]]
"""The uptimes of each endpoint, by its uuid."""
TopAppsSheet = AskedSheet[ModelId, tuple[App, ...]]
ActivitySheet = AskedSheet[ModelId, tuple[DayOfUse, ...]]
"""The days of each model, oldest first."""
AuthorsSheet = AskedSheet[str, Author]
VersionsSheet = AskedSheet[ModelId, tuple[str, ...]]
"""The versions of each model; none is what upstream publishes where it answers (observed)."""
SchemaSheet = AskedSheet[str, Document]
"""``openapi`` and ``changelog``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """The endpoints of one model as answered, with the reading of each in the same order."""

    endpoints: tuple[Endpoint, ...]
    telemetry: tuple[Telemetry, ...]
    bad: tuple[BadRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontendOffers:
    """The endpoints of one model as the frontend answered; of those in ``bad`` (by tag) nothing is known."""

    offers: tuple[FrontendOffer, ...] = ()
    bad: tuple[BadRow, ...] = ()


FrontendEndpointsSheet = AskedSheet[ModelId, FrontendOffers]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointsSheet:
    """The endpoints of all models that answered; ``unanswered`` maps the others to the reason.

    A model that is in neither was not asked. Both are unobserved: they lost nothing. ``renamed`` maps keys to
    what they were before, where upstream itself says that an endpoint is the same.
    """

    rows: Mapping[ModelId, Offers]
    unanswered: Mapping[ModelId, str] = field(default_factory=dict)
    fault: str | None = None
    surface: Surface = Surface.ENDPOINTS
    renamed: Mapping[EndpointKey, EndpointKey] = field(default_factory=dict)


BlankSheet = Sheet[Any, Any] | AskedSheet[Any, Any] | EndpointsSheet


def blank(surface: Surface, reason: str) -> BlankSheet:
    """Return the sheet of a sweep that gave nothing at all, and why."""
    match surface:
        case Surface.ENDPOINTS:
            return EndpointsSheet(rows={}, fault=reason)
        case Surface.MODELS | Surface.PROVIDERS | Surface.ZDR | Surface.FRONTEND | Surface.FRONTEND_CATALOG:
            return Sheet(surface=surface, fault=reason)
        case _:
            return AskedSheet(surface=surface, fault=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was answered at one time: one surface in the daemon, several in an archive's line."""

    at: datetime
    models: ModelsSheet | None = None
    providers: ProvidersSheet | None = None
    policies: PoliciesSheet | None = None
    zdr: ZdrSheet | None = None
    endpoints: EndpointsSheet | None = None
    frontend_catalog: ListingsSheet | None = None
    frontend_endpoints: FrontendEndpointsSheet | None = None
    listed_prices: ListedPricesSheet | None = None
    uptime_recent: UptimesSheet | None = None
    uptime_hourly: UptimesSheet | None = None
    top_apps: TopAppsSheet | None = None
    activity: ActivitySheet | None = None
    authors: AuthorsSheet | None = None
    versions: VersionsSheet | None = None
    schema: SchemaSheet | None = None
