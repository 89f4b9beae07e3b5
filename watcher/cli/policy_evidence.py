"""Policy evidence: what is known of a subject's data policy, by whose record and since when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from watcher.alerts.wire import stamp
from watcher.catalog.policy import POLICY_FIELDS
from watcher.judgement.knowledge.books import offers_of
from watcher.judgement.knowledge.privacy import Read, privacy_of, privacy_of_provider
from watcher.judgement.knowledge.subjects import slugs_in
from watcher.judgement.state import State
from watcher.messages.spans import moment
from watcher.rules.rule import Rule

WORDS = {True: "yes", False: "no"}


def policy_known(state: State, rule: Rule, subject: str, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """Yield each fact of a data policy that a rule follows: its value, or that it is unknown."""
    followed = [field for field in POLICY_FIELDS if any(watch.follows(field) for watch in rule.watches)]
    for field in followed if _has_policy(state, subject) else ():
        read = _read(state, subject, field)
        value = None if read is None else read.value
        yield {
            "type": "policy",
            "subject": subject,
            "field": field,
            "value": value,
            "source": None if read is None else read.source,
            "since": None if read is None else stamp(read.since),
            "said": [_said(field, read, zone)],
        }


def _has_policy(state: State, subject: str) -> bool:
    return " @ " in subject or subject in state.policies


def _read(state: State, subject: str, field: str) -> Read | None:
    if " @ " not in subject:
        return privacy_of_provider(state, subject, field)
    slugs = slugs_in(state)
    offers = offers_of(state, subject.partition(" @ ")[0])
    endpoint = next((tracked.record for key, tracked in offers.items() if key.label == subject), None)
    return None if endpoint is None else privacy_of(state, endpoint, field, slugs)


def _said(field: str, read: Read | None, zone: ZoneInfo) -> str:
    name = field.replace("_", " ")
    if read is None:
        return f"{name}: unknown, which never counts as safe"
    value = WORDS[read.value] if isinstance(read.value, bool) else str(read.value)
    return f"{name}: {value}, by the {read.source} since {moment(read.since, zone)}"
