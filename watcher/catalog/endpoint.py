"""Endpoints: one provider's offer of one model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from watcher.catalog.names import EndpointKey, tier_of
from watcher.catalog.price import Tariff


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One row of ``/api/v1/models/{id}/endpoints`` without its telemetry, which is no state.

    ``disabled``, ``deranked`` and ``hidden`` are known of the frontend's rows only.
    """

    key: EndpointKey
    provider_name: str
    tariff: Tariff
    quantization: str | None
    context_length: int | None
    max_completion_tokens: int | None
    max_prompt_tokens: int | None
    supported_parameters: frozenset[str] | None
    implicit_caching: bool | None
    service_tier: str | None
    expires: date | None = None
    disabled: bool | None = None
    deranked: bool | None = None
    hidden: bool | None = None

    @property
    def tier(self) -> str:
        """Return ``standard``, or the service tier this row is the twin of a standard one in."""
        return self.service_tier or tier_of(self.key.tag)
