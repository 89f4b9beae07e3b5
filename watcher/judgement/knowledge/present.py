"""The present: what a fact of a subject is now, and which subjects a poll said something about."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import Kind, ModelId, ProviderSlug, is_alias
from watcher.catalog.policy import POLICY_FIELDS
from watcher.judgement.knowledge.books import FRONTEND_FACTS, joined, offers_of
from watcher.judgement.knowledge.cheapest import facts_of_offers, offered_in
from watcher.judgement.knowledge.facts import (
    ABSENT_MODEL,
    ABSENT_SUBJECT,
    OFFERED,
    Facts,
    facts_of_endpoint,
    facts_of_model,
    facts_of_policy,
    facts_of_provider,
)
from watcher.judgement.knowledge.listed_facts import listed_facts
from watcher.judgement.knowledge.page_facts import TEXTS, is_of_the_pages, present_page_fact
from watcher.judgement.knowledge.privacy import ZDR, models_keeping_nothing
from watcher.judgement.state import State, Tracked
from watcher.rules.subject import Subject
from watcher.rules.watch import APP, LISTED, PRICING, VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What a poll answered and was believed: surfaces, models whose endpoints answered, unreadable rows.

    ``endpoints`` are the models whose leading book answered, ``led`` those where it is the frontend's, and
    ``listed`` says that the models' own prices stand in for theirs. ``authored`` are those whose author
    answered, ``active`` those of whose use their own page told.
    """

    models: bool = False
    providers: bool = False
    policies: bool = False
    zdr: bool = False
    endpoints: frozenset[ModelId] = frozenset()
    frontend_endpoints: frozenset[ModelId] = frozenset()
    led: frozenset[ModelId] = frozenset()
    listed: bool = False
    notices: bool = False
    announced: frozenset[ModelId] = frozenset()
    apps: frozenset[ModelId] = frozenset()
    authored: frozenset[ModelId] = frozenset()
    active: frozenset[ModelId] = frozenset()
    versions: frozenset[ModelId] = frozenset()
    unreadable: frozenset[str] = frozenset()

    def covers(self, subject: Subject, field: str) -> bool:
        """Tell whether the poll says what a fact of a subject is now."""
        if subject.uid in self.unreadable:
            return False
        if is_of_the_pages(field):
            return self._shows(subject.model, field)
        match subject.kind:
            case Kind.MODEL if is_offered(field):
                return subject.uid in self.endpoints
            case Kind.MODEL if field.startswith(LISTED):
                return self.models and self.listed
            case Kind.MODEL if field == ZDR:
                return self.zdr or subject.uid in self.endpoints
            case Kind.MODEL:
                return self.models
            case Kind.PROVIDER:
                return self.policies if field in POLICY_FIELDS else self.providers
            case Kind.ENDPOINT if field == ZDR:
                return self.zdr
            case Kind.ENDPOINT if field in FRONTEND_FACTS:
                return subject.model in self.frontend_endpoints or subject.model in self.endpoints
            case Kind.ENDPOINT:
                answered = self.frontend_endpoints if field in POLICY_FIELDS else self.endpoints
                return subject.model in answered
            case _:
                return False

    def _shows(self, model: str | None, field: str) -> bool:
        """Tell whether the pages showed a fact of a model or its endpoints."""
        if field in TEXTS:
            return self.notices
        if field.startswith(VERSION):
            return model in self.versions
        return model in (self.apps if field.startswith(APP) else self.announced)


def is_offered(field: str) -> bool:
    """Tell whether a model's fact is what its endpoints offer together, not what its own row shows."""
    return field.startswith(PRICING) or field in OFFERED


def present_fact(state: State, subject: Subject, field: str) -> object:
    """Return the present value of a fact; None when it is unknown."""
    match subject.kind:
        case Kind.MODEL | Kind.ENDPOINT if is_of_the_pages(field):
            return present_page_fact(state, subject, field)
        case Kind.MODEL if is_offered(field):
            return facts_of_offers(offered_in(state, subject.uid)).get(field)
        case Kind.MODEL if field.startswith(LISTED):
            listed = state.models.get(ModelId(subject.uid))
            return None if listed is None or listed.gone else listed_facts(listed.record).get(field)
        case Kind.MODEL if field == ZDR:
            return subject.uid in models_keeping_nothing(state)
        case Kind.MODEL:
            model = state.models.get(ModelId(subject.uid))
            present: Facts = ABSENT_MODEL if model is None or model.gone else facts_of_model(model.record)
            return present.get(field)
        case Kind.PROVIDER:
            return _provider_fact(state, ProviderSlug(subject.uid), field)
        case Kind.ENDPOINT:
            return _endpoint_fact(state, subject, field)
        case _:
            return None


def is_alias_in(state: State, model: str | None) -> bool:
    """Tell whether a model is an alias: what is listed under it is its target's."""
    tracked = state.models.get(ModelId(model or ""))
    return tracked.record.is_alias if tracked is not None else is_alias(ModelId(model or ""))


def endpoint_of(state: State, subject: Subject) -> Tracked[Endpoint] | None:
    """Return an endpoint by its lasting id."""
    known = offers_of(state, subject.model).values()
    return next((tracked for tracked in known if tracked.uid == subject.uid), None)


def _provider_fact(state: State, slug: ProviderSlug, field: str) -> object:
    if field in POLICY_FIELDS:
        policy = state.policies.get(slug)
        return None if policy is None else facts_of_policy(policy.record).get(field)
    provider = state.providers.get(slug)
    if provider is None or provider.gone:
        return ABSENT_SUBJECT.get(field)
    return facts_of_provider(provider.record).get(field)


def _endpoint_fact(state: State, subject: Subject, field: str) -> object:
    tracked = endpoint_of(state, subject)
    if tracked is None or tracked.gone:
        return ABSENT_SUBJECT.get(field)
    key = tracked.record.key
    if field == ZDR:
        seat = state.zdr.get(key)
        return seat is not None and not seat.gone
    if field in POLICY_FIELDS:
        policy = state.endpoint_policies.get(key)
        return None if policy is None else facts_of_policy(policy.record).get(field)
    return facts_of_endpoint(joined(state, tracked.record)).get(field)
