"""Taking in the endpoints' own data policies, which override their provider's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from watcher.catalog.names import EndpointKey, Kind
from watcher.catalog.policy import DataPolicy
from watcher.catalog.sheets import FrontendEndpointsSheet
from watcher.judgement.admit import Doubt, admit, doubt_about_age
from watcher.judgement.facts import digest, facts_of_policy
from watcher.judgement.follow import Sighting, Step, Turn, follow
from watcher.judgement.moves import Move, moves_between
from watcher.judgement.present import offers_of
from watcher.judgement.state import UNREAD_SURFACE, State
from watcher.judgement.subjects import slugs_in, subject_of_endpoint
from watcher.judgement.taken import Moment, Taken, not_believed, with_health
from watcher.rules.subject import Subject


def take_in_endpoint_policies(state: State, sheet: FrontendEndpointsSheet, moment: Moment) -> Taken:
    """Return the state after one answer of the frontend's endpoints; who is not listed keeps its own."""
    health = state.surfaces.get(sheet.surface, UNREAD_SURFACE)
    admission = admit(sheet.surface, health, _doubt(sheet, moment), moment.at, moment.confirm_after)
    if not admission.believed:
        return not_believed(state, sheet.surface, admission)
    sighting: Sighting[DataPolicy] = Sighting(
        at=moment.at,
        last=moment.last.get(sheet.surface),
        confirm_after=moment.confirm_after,
        digest_of=lambda policy: digest(facts_of_policy(policy)),
        complete=False,
    )
    rows = {offer.endpoint.key: offer.policy for listed in sheet.rows.values() for offer in listed.offers}
    policies, steps = follow(state.endpoint_policies, rows, sighting)
    moves = tuple(move for step in steps for move in _moves(state, step, sighting))
    after = with_health(state, sheet.surface, admission)
    return Taken(state=replace(after, endpoint_policies=policies), believed=True, moves=moves)


def _doubt(sheet: FrontendEndpointsSheet, moment: Moment) -> Doubt | None:
    if sheet.fault is not None:
        return Doubt(reason=sheet.fault)
    if not any(listed.offers for listed in sheet.rows.values()):
        first = next(iter(sheet.unanswered.values()), None)
        return Doubt(reason=f"no model answered, first: {first}" if first else "an empty answer")
    return doubt_about_age(()) if sheet.surface in moment.stale else None


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
