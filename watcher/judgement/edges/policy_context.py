"""The context of a policy that flipped: whose record says so, whom it touches, who offers the old one."""

from __future__ import annotations

from watcher.catalog.names import Kind
from watcher.catalog.policy import is_worse
from watcher.judgement.edges.cases import Telling
from watcher.judgement.knowledge.privacy import (
    LISTED,
    OWN,
    PROVIDERS,
    ZDR,
    alternatives,
    is_alone,
    privacy_of_provider,
    touched,
)
from watcher.judgement.knowledge.subjects import Slugs
from watcher.judgement.state import Flip, State

MOST_MODELS = 100


def policy_context(telling: Telling, before: State, after: State, slugs: Slugs) -> dict[str, object]:
    """Return what the words of a flip need; ``alternatives`` maps each touched model to providers' names."""
    subject = telling.subject
    flip = Flip(subject.provider or "", telling.field, telling.old, telling.new, telling.since)
    worse = is_worse(flip.field, flip.old, flip.new)
    context: dict[str, object] = {"worse": worse, "read_from": source_of(telling)}
    models = [] if subject.model is None else [subject.model]
    if subject.kind is Kind.PROVIDER:
        keys = touched(before, after, flip, slugs, not_before=telling.not_before)
        context["also"] = [key.label for key in keys]
        models = [str(model) for model in dict.fromkeys(key.model for key in keys)]
    elif subject.kind is Kind.ENDPOINT and flip.field != ZDR:
        record = privacy_of_provider(after, flip.provider, flip.field)
        context["providers_record"] = None if record is None else record.value
    if worse and subject.kind is not Kind.MODEL:
        looked_at = models[:MOST_MODELS]
        found = {model: list(alternatives(after, model, flip, slugs)) for model in looked_at}
        context["alternatives"] = found
        context["alone"] = [model for model in found if is_alone(after, model, flip.provider, slugs)]
    return context


def source_of(telling: Telling) -> str:
    """Return whose record a flip was read from."""
    if telling.field == ZDR:
        return LISTED
    return PROVIDERS if telling.subject.kind is Kind.PROVIDER else OWN
