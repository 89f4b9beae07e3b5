"""Scope: which subjects a rule is about."""

from __future__ import annotations

from functools import lru_cache
from typing import assert_never

from watcher.catalog.names import Kind
from watcher.judgement.knowledge.books import all_offers, offers_of
from watcher.judgement.state import State
from watcher.rules.rule import Rule, matches
from watcher.rules.subject import Subject

ALL = ("*",)


@lru_cache(maxsize=65536)
def _named(globs: tuple[str, ...], name: str | None) -> bool:
    return matches(globs, name)


def in_scope(rule: Rule, subject: Subject, state: State) -> bool:
    """Tell whether a rule is about a subject.

    A provider is in the scope of a rule about some models when it serves one of them, or when it is not known
    yet whom it serves.
    """
    match subject.kind:
        case Kind.MODEL:
            return _named(rule.models, subject.model) and (
                not rule.providers or _served_by(rule, subject, state)
            )
        case Kind.ENDPOINT:
            return _named(rule.models, subject.model) and _provider_named(rule, subject.provider)
        case Kind.PROVIDER:
            return _provider_named(rule, subject.provider) and _serves(rule, subject, state)
        case Kind.CATALOG:
            return True
    assert_never(subject.kind)


def _provider_named(rule: Rule, provider: str | None) -> bool:
    return not rule.providers or _named(rule.providers, provider)


def _served_by(rule: Rule, subject: Subject, state: State) -> bool:
    offers = offers_of(state, subject.uid).values()
    slugs = {tracked.record.key.tag.partition("/")[0] for tracked in offers if not tracked.gone}
    return any(_named(rule.providers, slug) for slug in slugs)


def _serves(rule: Rule, subject: Subject, state: State) -> bool:
    if rule.models == ALL or not (state.endpoints or state.frontend_endpoints):
        return True
    return any(
        tracked.record.key.tag.partition("/")[0] == subject.provider and not tracked.gone
        for model, offers in all_offers(state)
        if _named(rule.models, model)
        for tracked in offers.values()
    )
