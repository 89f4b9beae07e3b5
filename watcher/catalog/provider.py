"""Providers: who serves endpoints."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.catalog.names import ProviderSlug


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One row of ``/api/v1/providers``; ``name`` joins it to the endpoints' ``provider_name``."""

    slug: ProviderSlug
    name: str
    privacy_policy_url: str | None
    terms_of_service_url: str | None
    status_page_url: str | None
    headquarters: str | None
    datacenters: frozenset[str] | None
