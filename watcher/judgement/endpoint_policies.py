"""Taking in the endpoints' own data policies, which override their provider's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from watcher.catalog.names import EndpointKey, Kind
from watcher.catalog.policy import DataPolicy
from watcher.catalog.sheets import EndpointPoliciesSheet
from watcher.judgement.admit import doubt_about
from watcher.judgement.facts import digest, facts_of_policy
from watcher.judgement.follow import Sighting, Step, Turn, follow
from watcher.judgement.moves import Move, moves_between
from watcher.judgement.present import offers_of
from watcher.judgement.state import State
from watcher.judgement.subjects import slugs_in, subject_of_endpoint
from watcher.judgement.taken import Moment, Taken
from watcher.rules.subject import Subject


def take_in_endpoint_policies(state: State, sheet: EndpointPoliciesSheet, moment: Moment) -> Taken:
    """Return the state after one answer that carries endpoints' policies; who is not listed keeps its own."""
    if doubt_about(sheet) is not None or sheet.surface in moment.stale:
        return Taken(state=state)
    sighting: Sighting[DataPolicy] = Sighting(
        at=moment.at,
        last=moment.last.get(sheet.surface),
        confirm_after=moment.confirm_after,
        digest_of=lambda policy: digest(facts_of_policy(policy)),
        complete=False,
    )
    policies, steps = follow(state.endpoint_policies, sheet.rows, sighting)
    moves = tuple(move for step in steps for move in _moves(state, step, sighting))
    return Taken(state=replace(state, endpoint_policies=policies), believed=True, moves=moves)


def _moves(
    state: State, step: Step[EndpointKey, DataPolicy], sighting: Sighting[DataPolicy]
) -> Iterator[Move]:
    if step.before is None or step.turn is not Turn.ALTERED:
        return
    before, after = facts_of_policy(step.before.record), facts_of_policy(step.after.record)
    subject = _subject(state, step.key)
    yield from moves_between(subject, before, after, at=sighting.at, not_before=sighting.last)


def _subject(state: State, key: EndpointKey) -> Subject:
    endpoint = offers_of(state, key.model).get(key)
    if endpoint is not None:
        return subject_of_endpoint(endpoint, slugs_in(state))
    provider = key.tag.partition("/")[0]
    return Subject(
        kind=Kind.ENDPOINT,
        uid=key.label,
        label=key.label,
        model=key.model,
        provider=provider,
        endpoint=key.tag,
    )
