"""The reader: upstream's JSON bodies in, sheets in our words out."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import (
    ActivitySheet,
    AuthorsSheet,
    EndpointsSheet,
    FrontendEndpointsSheet,
    ListedPricesSheet,
    ListingsSheet,
    ModelsSheet,
    PoliciesSheet,
    ProvidersSheet,
    SchemaSheet,
    TopAppsSheet,
    UptimesSheet,
    VersionsSheet,
    ZdrSheet,
)
from watcher.reading import past, policies, usage, zdr
from watcher.reading.asked import ALL_ANSWERED, Ids, Reasons, ids_of
from watcher.reading.documents import documents
from watcher.reading.endpoints import NOBODY, EndpointsReader
from watcher.reading.frontend_endpoints import frontend_endpoints
from watcher.reading.listings import listings
from watcher.reading.models import ModelsReader
from watcher.reading.providers import ProvidersReader


class Reader:
    """Reads every surface of one catalog, and remembers rows so that equal ones are not read twice.

    What did not change is the very same object as last time; memories change no result. Bodies are parsed
    JSON of any shape: nothing raises, what cannot be read is a fault or a bad row. Bodies are taken over:
    the caller must not use them afterwards. Not safe for threads.
    """

    def __init__(self) -> None:
        """Start without memories."""
        self._models = ModelsReader()
        self._endpoints = EndpointsReader()
        self._providers = ProvidersReader()
        self._listed: ModelsSheet | None = None
        self._ids: Ids = {}

    def models(self, body: object) -> ModelsSheet:
        """Return the sheet of a body of ``/api/v1/models``."""
        sheet = self._models.read(body)
        if sheet.fault is None and (self._listed is None or sheet.rows is not self._listed.rows):
            self._listed, self._ids = sheet, {}
        return sheet

    def endpoints(self, bodies: object, unanswered: Mapping[ModelId, str] = NOBODY) -> EndpointsSheet:
        """Return the sheet of bodies of ``/api/v1/models/{id}/endpoints`` by model id.

        ``unanswered`` are models that were asked and gave no body, with the reason.
        """
        return self._endpoints.read(bodies, unanswered)

    def providers(self, body: object) -> ProvidersSheet:
        """Return the sheet of a body of ``/api/v1/providers`` or of the frontend's all-providers."""
        return self._providers.read(body)

    def policies(self, body: object, surface: Surface) -> PoliciesSheet:
        """Return the providers' data policies in a body of the frontend's all-providers.

        A body of ``/api/v1/providers`` gives UNKNOWN_POLICY for each provider. ``surface`` is the one that
        was swept: PROVIDERS or FRONTEND.
        """
        return policies.policies(body, surface)

    def zdr(self, body: object) -> ZdrSheet:
        """Return the sheet of a body of ``/api/v1/endpoints/zdr``."""
        return zdr.zdr(body)

    def frontend_catalog(self, body: object) -> ListingsSheet:
        """Return the sheet of a body of the frontend's catalog/models, or of its models before 2026."""
        return listings(body)

    def frontend_endpoints(
        self, bodies: object, unanswered: Reasons = ALL_ANSWERED, ids: Ids | None = None
    ) -> FrontendEndpointsSheet:
        """Return the sheet of bodies of the frontend's stats/endpoint by ``permaslug|variant``.

        null means that there are no endpoints. ``unanswered`` is what was asked for and gave no body, with
        the reason. ``ids`` (see ``ids_of``) are the models' by what they are asked for as; left out, those of
        the models that were read last. So below.
        """
        return frontend_endpoints(bodies, self._known(ids), unanswered)

    def listed_prices(
        self, bodies: object, unanswered: Reasons = ALL_ANSWERED, ids: Ids | None = None
    ) -> ListedPricesSheet:
        """Return the sheet of bodies of stats/listed-pricing by ``permaslug|variant``."""
        return past.listed_prices(bodies, self._known(ids), unanswered)

    def uptime_recent(self, bodies: object, unanswered: Reasons = ALL_ANSWERED) -> UptimesSheet:
        """Return the sheet of bodies of stats/uptime-recent by permaslug."""
        return past.uptimes(bodies, Surface.UPTIME_RECENT, unanswered)

    def uptime_hourly(self, bodies: object, unanswered: Reasons = ALL_ANSWERED) -> UptimesSheet:
        """Return the sheet of bodies of stats/uptime-hourly by the endpoint's uuid."""
        return past.uptimes(bodies, Surface.UPTIME_HOURLY, unanswered)

    def top_apps(
        self, bodies: object, unanswered: Reasons = ALL_ANSWERED, ids: Ids | None = None
    ) -> TopAppsSheet:
        """Return the sheet of bodies of stats/top-apps-for-model, or stats/app, by ``permaslug|variant``."""
        return usage.top_apps(bodies, self._known(ids), unanswered)

    def activity(
        self, bodies: object, unanswered: Reasons = ALL_ANSWERED, ids: Ids | None = None
    ) -> ActivitySheet:
        """Return the sheet of bodies of stats/model-activity by ``permaslug|variant``."""
        return usage.activity(bodies, self._known(ids), unanswered)

    def authors(self, bodies: object, unanswered: Reasons = ALL_ANSWERED) -> AuthorsSheet:
        """Return the sheet of bodies of author-models, or model-author, by the author's slug."""
        return usage.authors(bodies, unanswered)

    def versions(
        self, bodies: object, unanswered: Reasons = ALL_ANSWERED, ids: Ids | None = None
    ) -> VersionsSheet:
        """Return the sheet of bodies of models/versions by ``permaslug|variant``."""
        return usage.versions(bodies, self._known(ids), unanswered)

    def schema(self, bodies: object, unanswered: Reasons = ALL_ANSWERED) -> SchemaSheet:
        """Return the sheet of ``openapi`` (parsed JSON) and ``changelog`` (the feed's text)."""
        return documents(bodies, unanswered)

    def _known(self, ids: Ids | None) -> Ids:
        if ids is not None:
            return ids
        if not self._ids and self._listed is not None:
            self._ids = ids_of(self._listed.rows.values())
        return self._ids
