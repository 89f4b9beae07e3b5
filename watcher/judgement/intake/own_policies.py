"""Endpoints' own data policies, which override their provider's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from watcher.catalog.names import EndpointKey, Kind, Surface
from watcher.catalog.policy import DataPolicy
from watcher.judgement.belief.admit import Doubt, doubt_about_flips
from watcher.judgement.belief.follow import Sighting, Step, Turn, follow
from watcher.judgement.belief.taken import Moment
from watcher.judgement.intake.uuids import Keyed
from watcher.judgement.knowledge.books import offers_of
from watcher.judgement.knowledge.facts import digest, facts_of_policy, moved
from watcher.judgement.knowledge.moves import Move, moves_between
from watcher.judgement.knowledge.subjects import Slugs, slugs_in, subject_of_endpoint
from watcher.judgement.state import State, Tracked
from watcher.rules.subject import Subject

Policies = Mapping[EndpointKey, Tracked[DataPolicy]]


def policies_after(
    state: State, followed: State, listed: Sequence[Keyed], moment: Moment
) -> tuple[Policies, tuple[Move, ...]]:
    """Return the policies after an answer, and their moves; who is not listed keeps its own.

    ``state`` is the one before it, ``followed`` knows the endpoints as they are now.
    """
    sighting: Sighting[DataPolicy] = Sighting(
        at=moment.at,
        last=moment.last.get(Surface.FRONTEND_ENDPOINTS),
        confirm_after=moment.confirm_after,
        digest_of=lambda policy: digest(facts_of_policy(policy)),
        complete=False,
    )
    rows = {key: offer.policy for key, offer in listed}
    known = _under_todays_keys(state, followed.endpoint_policies, listed)
    policies, steps = follow(known, rows, sighting)
    slugs = slugs_in(followed)
    return policies, tuple(move for step in steps for move in _moves(followed, step, sighting, slugs))


def doubt_about_policies(state: State, listed: Sequence[Keyed]) -> Doubt | None:
    """Return what speaks against believing the policies of an answer, or None."""
    flipped: dict[str, set[str]] = defaultdict(set)
    for key, offer in listed:
        known = state.endpoint_policies.get(key)
        if known is not None and known.record != offer.policy:
            for field in moved(facts_of_policy(known.record), facts_of_policy(offer.policy)):
                flipped[field].add(key.tag.partition("/")[0])
    owners = {key.tag.partition("/")[0] for key, _ in listed} if flipped else ()
    return doubt_about_flips(flipped, len(owners))


def _under_todays_keys(state: State, known: Policies, listed: Sequence[Keyed]) -> Policies:
    """Return what is known of each endpoint under the key it has now: its id says which one it is.

    Of what came under a key whose old endpoint is elsewhere now nothing is known.
    """
    were = {key: state.uuids.get(offer.uuid or "", key) for key, offer in listed}
    moved = {key: old for key, old in were.items() if old != key}
    left = set(moved.values())
    if not left:
        return known
    here = {key: state.endpoint_policies[old] for key, old in moved.items() if old in state.endpoint_policies}
    same = {key: old for key, old in here.items() if moved[key].model == key.model}
    return {key: tracked for key, tracked in known.items() if key not in left} | same


def _moves(
    state: State, step: Step[EndpointKey, DataPolicy], sighting: Sighting[DataPolicy], slugs: Slugs
) -> Iterator[Move]:
    if step.before is None or step.turn is not Turn.ALTERED:
        return
    before, after = facts_of_policy(step.before.record), facts_of_policy(step.after.record)
    subject = _subject(state, step.key, slugs)
    yield from moves_between(subject, before, after, at=sighting.at, not_before=sighting.last)


def _subject(state: State, key: EndpointKey, slugs: Slugs) -> Subject:
    endpoint = offers_of(state, key.model).get(key)
    if endpoint is not None:
        return subject_of_endpoint(endpoint, slugs)
    provider = key.tag.partition("/")[0]
    return Subject(
        kind=Kind.ENDPOINT,
        uid=key.label,
        label=key.label,
        model=key.model,
        provider=provider,
        endpoint=key.tag,
    )
