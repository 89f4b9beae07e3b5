"""The reader: upstream's JSON bodies in, sheets in our words out."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import (
    EndpointPoliciesSheet,
    EndpointsSheet,
    ModelsSheet,
    PoliciesSheet,
    ProvidersSheet,
    ZdrSheet,
)
from watcher.reading import policies, zdr
from watcher.reading.endpoints import NOBODY, EndpointsReader
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

    def models(self, body: object) -> ModelsSheet:
        """Return the sheet of a body of ``/api/v1/models``."""
        return self._models.read(body)

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

    def endpoint_policies(self, bodies: object, models: ModelsSheet | None = None) -> EndpointPoliciesSheet:
        """Return the endpoints' data policies in bodies of the frontend's stats/endpoint.

        The bodies are keyed ``permaslug|variant``; null means that there are no endpoints.
        """
        return policies.endpoint_policies(bodies, models)

    def zdr(self, body: object) -> ZdrSheet:
        """Return the sheet of a body of ``/api/v1/endpoints/zdr``."""
        return zdr.zdr(body)
