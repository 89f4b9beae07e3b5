"""Subjects: the models, providers and endpoints of a state as alerts name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import Kind, ProviderSlug
from watcher.judgement.state import State, Tracked
from watcher.rules.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Slugs:
    """Which provider an endpoint's ``provider_name`` is; the tag's first part where the name is not known."""

    by_name: Mapping[str, str] = field(default_factory=dict)

    def of(self, endpoint: Endpoint) -> str:
        """Return the provider's slug."""
        return self.by_name.get(endpoint.provider_name) or endpoint.key.tag.partition("/")[0]


def slugs_in(state: State) -> Slugs:
    """Return the slugs by name of all known providers, by their own list before that of their policies."""
    listed = {tracked.record.name: str(slug) for slug, tracked in state.providers.items()}
    return Slugs(by_name={**state.slugs, **listed})


def name_of_provider(state: State, slug: str | None) -> str | None:
    """Return what people call a provider, where it is known."""
    provider = state.providers.get(ProviderSlug(slug or ""))
    if provider is not None:
        return provider.record.name
    return next((name for name, known in state.slugs.items() if known == slug), None)


def subject_of_endpoint(tracked: Tracked[Endpoint], slugs: Slugs) -> Subject:
    """Return an endpoint as a subject."""
    key = tracked.record.key
    return Subject(
        kind=Kind.ENDPOINT,
        uid=tracked.uid,
        label=key.label,
        model=key.model,
        provider=slugs.of(tracked.record),
        endpoint=key.tag,
    )


@lru_cache(maxsize=8192)
def subject_of_model(model: str) -> Subject:
    """Return a model as a subject."""
    return Subject(kind=Kind.MODEL, uid=model, label=model, model=model)


def subject_of_provider(slug: str) -> Subject:
    """Return a provider as a subject."""
    return Subject(kind=Kind.PROVIDER, uid=slug, label=slug, provider=slug)
