"""Taking in the providers: their rows, and their data policies from whichever surface carries them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from watcher.catalog.names import ProviderSlug, Surface
from watcher.catalog.policy import UNKNOWN_POLICY, DataPolicy
from watcher.catalog.provider import Provider
from watcher.catalog.sheets import PoliciesSheet, ProvidersSheet
from watcher.judgement.belief.admit import (
    Admission,
    Doubt,
    admit,
    doubt_about,
    doubt_about_age,
    doubt_about_flips,
    doubt_about_size,
    is_another_source,
)
from watcher.judgement.belief.answers import answers_after, last_answer
from watcher.judgement.belief.carried import has_carried_policies, with_policies_carried
from watcher.judgement.belief.follow import Sighting, Step, Turn, follow
from watcher.judgement.belief.generations import Row, beginning
from watcher.judgement.belief.taken import Moment, Taken, flaps, not_believed, with_health
from watcher.judgement.intake.steps import moves_of
from watcher.judgement.knowledge.facts import (
    digest,
    facts_of_policy,
    facts_of_provider,
    moved,
)
from watcher.judgement.knowledge.moves import Move, moves_between
from watcher.judgement.knowledge.subjects import subject_of_provider
from watcher.judgement.state import UNREAD_SURFACE, Hold, State


def take_in_providers(
    state: State, sheet: ProvidersSheet, moment: Moment, policies: PoliciesSheet | None = None
) -> Taken:
    """Return the state after one answer of the providers' surface, and of the policies in its rows if any."""
    health = state.surfaces.get(Surface.PROVIDERS, UNREAD_SURFACE)
    present = {key for key, tracked in state.providers.items() if not tracked.gone}
    lost = present - sheet.rows.keys() - {row.id for row in sheet.bad}
    doubt = (
        doubt_about(sheet)
        or doubt_about_size(lost, len(present))
        or (None if policies is None else _doubt_about_flips(state, policies))
        or _doubt_about_age(sheet.surface, moment)
    )
    admission = admit(Surface.PROVIDERS, health, doubt, moment.at, moment.confirm_after)
    if not admission.believed:
        return not_believed(state, Surface.PROVIDERS, admission)
    unreadable = frozenset(ProviderSlug(row.id) for row in sheet.bad if row.id is not None)
    sighting: Sighting[Provider] = Sighting(
        at=moment.at,
        last=moment.last.get(Surface.PROVIDERS),
        confirm_after=moment.confirm_after,
        digest_of=digest_of_provider,
        complete=all(row.id is not None for row in sheet.bad),
        held=admission.held,
    )
    providers, steps = follow(state.providers, sheet.rows, sighting, unobserved=unreadable)
    beginning = sighting.last is None or is_another_source(health.keys, sheet.carries)
    admission = replace(admission, health=replace(admission.health, keys=sheet.carries))
    return Taken(
        state=replace(with_health(state, Surface.PROVIDERS, admission), providers=providers),
        believed=True,
        moves=()
        if beginning
        else tuple(
            move
            for step in steps
            for move in moves_of(step, sighting, subject_of_provider(step.key), facts_of_provider)
        ),
        suppressed=flaps(steps, None, moment.at),
        unobserved=unreadable,
    )


def _doubt_about_age(surface: Surface, moment: Moment) -> Doubt | None:
    return doubt_about_age(()) if surface in moment.stale else None


def _doubt_about_flips(state: State, sheet: PoliciesSheet) -> Doubt | None:
    flipped: dict[str, set[str]] = defaultdict(set)
    for slug, policy in sheet.rows.items():
        known = state.policies.get(slug)
        if known is not None and known.record != policy:
            for field in moved(facts_of_policy(known.record), facts_of_policy(policy)):
                flipped[field].add(slug)
    return doubt_about_flips(flipped, len(sheet.rows))


def differing_providers(state: State, sheet: ProvidersSheet) -> Iterator[Row[Provider]]:
    """Yield the rows of providers that differ in anything, also in what became known or unknown."""
    for slug, provider in sheet.rows.items():
        tracked = state.providers.get(slug)
        if tracked is None or tracked.gone or tracked.record != provider:
            yield Row(key=slug, owner=slug, tracked=tracked, record=provider)
    for slug, tracked in state.providers.items():
        if slug not in sheet.rows and not tracked.gone and tracked.missing_since is None:
            came = tracked.first_seen > beginning(state.providers)
            yield Row(key=slug, owner=slug, tracked=tracked, record=None, came=came)


def differing_policies(state: State, sheet: PoliciesSheet) -> Iterator[Row[DataPolicy]]:
    """Yield the policies that differ in anything, also in what became known or unknown."""
    for slug, policy in sheet.rows.items():
        tracked = state.policies.get(slug)
        if tracked is not None and tracked.record != policy:
            yield Row(key=slug, owner=slug, tracked=tracked, record=policy)


def digest_of_provider(provider: Provider) -> str:
    """Return a digest of all that a row shows."""
    return digest(facts_of_provider(provider))


def digest_of_policy(policy: DataPolicy) -> str:
    """Return a digest of a policy."""
    return digest(facts_of_policy(policy))


def take_in_policies(state: State, sheet: PoliciesSheet, moment: Moment) -> Taken:
    """Return the state after one answer that may carry the providers' data policies.

    Who is not listed keeps the policy that was known. An answer without a single policy says nothing, unless
    this surface carried them before: then they are lost (observed 2026-07-17).
    """
    health = state.surfaces.get(sheet.surface, UNREAD_SURFACE)
    if sheet.surface is Surface.FRONTEND:
        doubt = (
            doubt_about(sheet) or _doubt_about_age(sheet.surface, moment) or _doubt_about_flips(state, sheet)
        )
        admission = admit(Surface.FRONTEND, health, doubt, moment.at, moment.confirm_after)
        if not admission.believed:
            return not_believed(state, Surface.FRONTEND, admission)
    elif doubt_about(sheet) is not None or health.believed_at != moment.at:
        return Taken(state=state)
    else:
        admission = Admission(believed=True, health=health)
    after = with_health(state, sheet.surface, admission)
    after = with_policies_carried(after, sheet.surface, sheet.rows.values(), moment)
    says_something = any(policy != UNKNOWN_POLICY for policy in sheet.rows.values())
    if not says_something and not has_carried_policies(health):
        return Taken(state=after)
    return _believed_policies(after, sheet, moment, admission.held)


def _believed_policies(state: State, sheet: PoliciesSheet, moment: Moment, held: Hold | None) -> Taken:
    sighting: Sighting[DataPolicy] = Sighting(
        at=moment.at,
        last=moment.last.get(sheet.surface),
        confirm_after=moment.confirm_after,
        digest_of=digest_of_policy,
        complete=False,
        held=held,
    )
    policies, steps = follow(state.policies, sheet.rows, sighting)
    answered = answers_after(state, sheet.surface, state.policies.keys(), sheet.rows.keys(), sighting.last)
    windows = {step.key: last_answer(state, sheet.surface, step.key, sighting.last) for step in steps}
    return Taken(
        state=replace(state, policies=policies, slugs=_slugs(state, sheet), answered_earlier=answered),
        believed=True,
        moves=tuple(
            move for step in steps for move in _policy_moves(step, replace(sighting, last=windows[step.key]))
        ),
    )


def _slugs(state: State, sheet: PoliciesSheet) -> Mapping[str, ProviderSlug]:
    known = {name: slug for slug, name in sheet.names.items()}
    return state.slugs if known.items() <= state.slugs.items() else {**state.slugs, **known}


def _policy_moves(step: Step[ProviderSlug, DataPolicy], sighting: Sighting[DataPolicy]) -> Iterator[Move]:
    if step.before is None or step.turn is not Turn.ALTERED:
        return
    before, after = facts_of_policy(step.before.record), facts_of_policy(step.after.record)
    subject = subject_of_provider(step.key)
    at = sighting.first_shown(step.key)
    yield from moves_between(subject, before, after, at=at, not_before=sighting.last)
