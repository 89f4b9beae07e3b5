"""What is asked for once, for the past, in words and JSON: how many requests, and for whose sake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Any, NamedTuple

from watcher.catalog.names import Surface
from watcher.cli.planned import reasons
from watcher.cli.report import count
from watcher.config import Config
from watcher.daemon.past.endpoint_ids import endpoints_of
from watcher.daemon.past.errands import Errand, errands
from watcher.daemon.past.pace import AN_HOUR_AT_MOST
from watcher.daemon.past.past_prices import has_past_prices
from watcher.daemon.past.uptime_gaps import endpoints_with_gaps, looks, models_without_days
from watcher.daemon.rounds.allowance import past_at_most
from watcher.daemon.rounds.needs import means_of
from watcher.daemon.rounds.plan import Named, Plan, presumed
from watcher.judgement.state import State
from watcher.rules.rule import matches
from watcher.store.queries import Queries

GIVES = {
    Surface.LISTED_PRICES: "earlier prices",
    Surface.UPTIME_RECENT: "the days before",
    Surface.UPTIME_HOURLY: "the last 72 hours of each endpoint",
    Surface.FRONTEND_ENDPOINTS: "the ids of endpoints",
}


class Remembered(NamedTuple):
    """What is known of the past already."""

    queries: Queries
    state: State
    now: datetime


def past_entries(
    settings: Config, listed: tuple[Named, ...] | None, made: Plan, known: Remembered | None
) -> Iterator[dict[str, Any]]:
    """Yield what each surface is asked for once, and what of it is left; None where nobody knows yet."""
    rulebook = settings.rulebook
    models = presumed(rulebook) if listed is None else listed
    found = errands(rulebook, models, made, means_of(settings.catalog))
    left = {} if known is None or listed is None else _left(found, made, known)
    entries = [*_errand_entries(settings, found, left, None if listed is None else known)]
    yield from entries
    if entries:
        yield _sum(entries, past_at_most(made, settings.catalog.max_requests_per_hour))


def _errand_entries(
    settings: Config, found: Mapping[Surface, Errand], left: Mapping[Surface, int], known: Remembered | None
) -> Iterator[dict[str, Any]]:
    for surface, errand in found.items():
        requests = _requests(surface, errand, known)
        yield {
            "type": "plan_past",
            "surface": str(surface),
            "gives": GIVES[surface],
            "requests": requests,
            "left": left.get(surface, requests),
            "rules": list(errand.rules),
            "why": [
                {
                    "rule": rule.name,
                    "models": [model for model in errand.models if matches(rule.models, model)],
                }
                for rule in settings.rulebook.rules
                if rule.name in errand.rules
            ],
        }


def _sum(entries: Sequence[Mapping[str, Any]], most: int) -> dict[str, Any]:
    """Return all of it together; ``hours`` is how long the rest takes, None where that is not known."""
    requests, left = (
        None if any(entry[name] is None for entry in entries) else sum(entry[name] for entry in entries)
        for name in ("requests", "left")
    )
    hours = None
    if left is not None and most:
        hours = max(ceil(left / most), *(ceil(entry["left"] / AN_HOUR_AT_MOST) for entry in entries))
    return {
        "type": "plan_past_sum",
        "requests": requests,
        "left": left,
        "an_hour_at_most": most,
        "hours": hours,
    }


def past_line(entry: Mapping[str, Any]) -> str:
    """Return an entry as a line."""
    if entry["type"] == "plan_past_sum":
        pace = f"at most {entry['an_hour_at_most']} an hour of those beside the plan"
        if entry["hours"]:
            return f"  {'once':>9}  {entry['left']:,} left in all, {pace}: about {entry['hours']:,} h"
        return (
            f"  {'once':>9}  {pace}" if entry["hours"] is None else f"  {'once':>9}  nothing is left to ask"
        )
    requests, left = entry["requests"], entry["left"]
    asked = "a request each" if requests is None else count(requests, "request")
    done = "" if left == requests else " (done)" if not left else f" ({left} left)"
    return f"  {'once':>9}  {entry['surface']:<18} {entry['gives']}: {asked}{done} for {reasons(entry)}"


def _requests(surface: Surface, errand: Errand, known: Remembered | None) -> int | None:
    if surface is not Surface.UPTIME_HOURLY:
        return len(errand.keys)
    if known is None:
        return None
    return sum(map(len, endpoints_of(known.state, errand.models).values()))


def _left(found: Mapping[Surface, Errand], made: Plan, known: Remembered) -> dict[Surface, int]:
    queries, state, now = known
    prices = found.get(Surface.LISTED_PRICES)
    left = {}
    if prices is not None:
        models = [model for model in prices.models if state.endpoints.get(model)]
        left[Surface.LISTED_PRICES] = sum(not has_past_prices(model, queries, state) for model in models)
    days = found.get(Surface.UPTIME_RECENT)
    if days is None:
        return left
    watched = endpoints_of(state, days.models)
    lately = looks(queries, now)
    wanted = frozenset(models_without_days(lately, watched))
    unknown = endpoints_with_gaps(lately, watched, made.asks[Surface.ENDPOINTS].every)
    left[Surface.UPTIME_RECENT] = sum(bool(wanted.intersection(models)) for models in days.keys.values())
    left[Surface.UPTIME_HOURLY] = len(unknown)
    if Surface.FRONTEND_ENDPOINTS in found:
        named = {key.model for key in state.uuids.values()}
        left[Surface.FRONTEND_ENDPOINTS] = len(wanted.union(key.model for key in unknown) - named)
    return left
