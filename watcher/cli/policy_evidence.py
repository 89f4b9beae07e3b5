"""Policy evidence: what is known of a subject's data policy, by whose record and since when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from watcher.alerts.wire import stamp
from watcher.catalog.endpoint import Endpoint
from watcher.catalog.policy import POLICY_FIELDS, DataPolicy
from watcher.judgement.knowledge.books import offers_of
from watcher.judgement.knowledge.privacy import OWN, ZDR, Read, privacy_of, privacy_of_provider
from watcher.judgement.knowledge.subjects import slugs_in
from watcher.judgement.state import State, Tracked
from watcher.messages.fields import field_name
from watcher.messages.spans import moment
from watcher.rules.rule import Rule

WORDS = {True: "yes", False: "no"}
NAMES = {ZDR: "zero retention"}


def policy_known(state: State, rule: Rule, subject: str, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """Yield each fact of a data policy that a rule follows: its value, or that it is unknown.

    ``provider_says`` is what the provider's record has instead, where an endpoint's own overrides it. Only
    endpoints are listed with zero retention.
    """
    if not _has_policy(state, subject):
        return
    for field in POLICY_FIELDS:
        if (field == ZDR and not _is_endpoint(subject)) or not any(w.follows(field) for w in rule.watches):
            continue
        read, overridden = _read(state, subject, field), _overridden(state, subject, field)
        yield {
            "type": "policy",
            "subject": subject,
            "field": field,
            "value": None if read is None else read.value,
            "source": None if read is None else read.source,
            "since": None if read is None else stamp(read.since),
            "provider_says": None if overridden is None else overridden.value,
            "said": [_said(field, read, overridden, zone)],
        }


def _is_endpoint(subject: str) -> bool:
    return " @ " in subject


def _has_policy(state: State, subject: str) -> bool:
    is_known = _endpoint(state, subject) is not None or _own(state, subject) is not None
    return is_known if _is_endpoint(subject) else subject in state.policies


def _read(state: State, subject: str, field: str) -> Read | None:
    if not _is_endpoint(subject):
        return privacy_of_provider(state, subject, field)
    endpoint, own = _endpoint(state, subject), _own(state, subject)
    if endpoint is not None:
        return privacy_of(state, endpoint, field, slugs_in(state))
    value = None if own is None or field == ZDR else getattr(own.record, field)
    return None if own is None or value is None else Read(value=value, source=OWN, since=own.since)


def _own(state: State, subject: str) -> Tracked[DataPolicy] | None:
    """Return an endpoint's own record, also of one that the documented list never showed."""
    return next((own for key, own in state.endpoint_policies.items() if key.label == subject), None)


def _overridden(state: State, subject: str, field: str) -> Read | None:
    """Return what a provider's record says otherwise than its endpoint's own."""
    endpoint = _endpoint(state, subject)
    own = _read(state, subject, field)
    if endpoint is None or own is None or own.source != OWN:
        return None
    providers = privacy_of_provider(state, slugs_in(state).of(endpoint), field)
    return None if providers is None or providers.value == own.value else providers


def _endpoint(state: State, subject: str) -> Endpoint | None:
    offers = offers_of(state, subject.partition(" @ ")[0])
    return next((tracked.record for key, tracked in offers.items() if key.label == subject), None)


def _said(field: str, read: Read | None, overridden: Read | None, zone: ZoneInfo) -> str:
    name = NAMES.get(field, field_name(field))
    if read is None:
        return f"{name}: unknown, which never counts as safe"
    said = f"{name}: {_word(read.value)}, by the {read.source} of {moment(read.since, zone)}"
    return said if overridden is None else f"{said}; its provider's says {_word(overridden.value)}"


def _word(value: object) -> str:
    return WORDS[value] if isinstance(value, bool) else str(value)
