"""Carried facts: which facts the rows of a surface show at all, and since when they show one no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from watcher.catalog.names import Surface
from watcher.catalog.policy import POLICY_FIELDS, DataPolicy
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.belief.taken import Moment
from watcher.judgement.knowledge.usage import TOKENS, last_day
from watcher.judgement.state import UNREAD_SURFACE, State, SurfaceHealth
from watcher.rules.events import ENDPOINT_FIELDS, MODEL_FIELDS, PROVIDER_FIELDS
from watcher.rules.patience import is_met
from watcher.rules.watch import FREE

FEWEST_ROWS = 5
"""With fewer rows than this a fact that none of them carries proves nothing."""
OF_ENDPOINTS = tuple(
    name for name in ENDPOINT_FIELDS if name not in ("disabled", "service_tier", "expires", "tag", "schedule")
)
"""What rows carry as a rule: the others are carried by exceptions only, or always."""


def with_rows_carried(state: State, surface: Surface, moment: Moment) -> State:
    """Return the state with what the rows of a surface carry now; a provider's policies are apart."""
    match surface:
        case Surface.MODELS if len(state.models) >= FEWEST_ROWS:
            models = [tracked.record for tracked in state.models.values() if not tracked.gone]
            priced = {FREE} if any(model.tariff.meters for model in models) else set()
            shown = _shown(models, MODEL_FIELDS) | priced
            return _with_carried(state, surface, shown, frozenset((FREE, *MODEL_FIELDS)), moment)
        case Surface.ENDPOINTS if len(state.telemetry) >= FEWEST_ROWS:
            shown = _shown_by_endpoints(state)
            health = state.surfaces.get(surface, UNREAD_SURFACE)
            asked = shown | health.carried | health.fading.keys()
            return _with_carried(state, surface, shown, asked, moment)
        case Surface.PROVIDERS if len(state.providers) >= FEWEST_ROWS:
            providers = [tracked.record for tracked in state.providers.values() if not tracked.gone]
            shown = _shown(providers, PROVIDER_FIELDS)
            return _with_carried(state, surface, shown, frozenset(PROVIDER_FIELDS), moment)
        case Surface.ACTIVITY if len(state.activity) >= FEWEST_ROWS:
            shown = frozenset({TOKENS} if any(state.activity.values()) else ())
            return _with_carried(state, surface, shown, frozenset({TOKENS}), moment)
        case Surface.AUTHORS if sum(len(author.models) for author in state.authors.values()) >= FEWEST_ROWS:
            told = any(last_day(author) for author in state.authors.values())
            return _with_carried(
                state, surface, frozenset({TOKENS} if told else ()), frozenset({TOKENS}), moment
            )
        case _:
            return state


def with_policies_carried(
    state: State, surface: Surface, policies: Collection[DataPolicy], moment: Moment
) -> State:
    """Return the state with which data policies an answer of a surface carries, whoever else carries them."""
    if len(policies) < FEWEST_ROWS:
        return state
    shown = _shown(policies, POLICY_FIELDS)
    return _with_carried(state, surface, shown, frozenset(POLICY_FIELDS), moment)


def has_carried_policies(health: SurfaceHealth) -> bool:
    """Tell whether a surface carries data policies, or did not long ago."""
    return bool((health.carried | health.fading.keys()) & set(POLICY_FIELDS))


def _shown_by_endpoints(state: State) -> frozenset[str]:
    offers = (tracked for known in state.endpoints.values() for tracked in known.values())
    listed = [tracked.record for tracked in offers if not tracked.gone]
    meters: set[str] = set().union(*(endpoint.tariff.meters for endpoint in listed))
    readings = state.telemetry.values()
    columns = enumerate(Telemetry._fields)
    read = {name for index, name in columns if any(reading[index] is not None for reading in readings)}
    return frozenset(read | {f"pricing.{meter}" for meter in meters}) | _shown(listed, OF_ENDPOINTS)


def _shown(records: Collection[object], names: Iterable[str]) -> frozenset[str]:
    """Return which of some attributes at least one record knows."""
    return frozenset(name for name in names if any(getattr(record, name) is not None for record in records))


def _with_carried(
    state: State, surface: Surface, now: frozenset[str], asked: frozenset[str], moment: Moment
) -> State:
    """Return the state after an answer that shows ``now`` of the facts that were ``asked`` of it.

    The absence of a fact is confirmed by time, like any other.
    """
    health = state.surfaces.get(surface, UNREAD_SURFACE)
    missing = ((health.carried & asked) | health.fading.keys() & asked) - now
    absent = {name: health.fading.get(name, moment.at) for name in missing}
    gone = {name for name, since in absent.items() if is_met(moment.at - since, moment.confirm_after)}
    fading = {name: since for name, since in health.fading.items() if name not in asked}
    fading |= {name: since for name, since in absent.items() if name not in gone}
    carried, lost = (health.carried - asked) | now, (health.lost | gone) - now
    if (health.carried, health.fading, health.lost) == (carried, fading, lost):
        return state
    told = replace(health, carried=carried, fading=fading, lost=lost)
    return replace(state, surfaces={**state.surfaces, surface: told})
