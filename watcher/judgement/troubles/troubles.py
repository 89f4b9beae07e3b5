"""Troubles: what the catalog and we ourselves have trouble with, as one poll leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.alerts.alert import Alert
from watcher.alerts.troubles import Troubles
from watcher.catalog.names import Kind
from watcher.judgement.belief.schema import schema_changes
from watcher.judgement.belief.thinning import settled
from watcher.judgement.decision import Refusal
from watcher.judgement.knowledge.books import all_offers
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.state import State
from watcher.judgement.troubles.blindness import watch_surfaces
from watcher.judgement.troubles.news import alerts_of, news_of
from watcher.judgement.troubles.unwell import watch_troubles
from watcher.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailing:
    """The state that remembers what is amiss, and the alerts about what became so or is well again."""

    state: State
    alerts: tuple[Alert, ...]


def look_after(
    before: State,
    after: State,
    rulebook: Rulebook,
    moves: Iterable[Move],
    refused: Iterable[Refusal],
    *,
    troubles: Troubles,
    now: datetime,
) -> Ailing:
    """Return what is amiss with the catalog's schema and surfaces, with our targets and with our machine."""
    drift = schema_changes(moves, _sizes(after))
    aware, drift = settled(after, drift, now, rulebook.confirm_after)
    news = news_of(before, aware, rulebook.rules, drift, refused, now=now)
    episodes, blind = watch_surfaces(aware, aware.episodes, rulebook.rules, now)
    episodes, unwell = watch_troubles(episodes, rulebook.rules, troubles, now)
    return Ailing(
        state=replace(aware, episodes=episodes),
        alerts=(*alerts_of(news, rulebook.rules, now), *blind, *unwell),
    )


def _sizes(state: State) -> Mapping[Kind, int]:
    return {
        Kind.MODEL: sum(not tracked.gone for tracked in state.models.values()),
        Kind.ENDPOINT: sum(not tracked.gone for _, known in all_offers(state) for tracked in known.values()),
        Kind.PROVIDER: max(len(state.policies), len(state.providers)),
        Kind.CATALOG: 1,
    }
