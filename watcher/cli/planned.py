"""The plan of requests in words and JSON: how many an hour, on which surface, and for whose sake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from watcher.catalog.names import Surface
from watcher.cli.report import count
from watcher.config import Config
from watcher.config.durations import written
from watcher.daemon.rounds.needs import means_of
from watcher.daemon.rounds.plan import Ask, Named, Plan, plan, presumed, unplanned_at_most
from watcher.rules.rule import matches

SHOWN_MODELS = 3


def plan_of(settings: Config, listed: tuple[Named, ...] | None) -> Plan:
    """Return the plan for the models that are listed, or that the rules name in full where none is known."""
    models = presumed(settings.rulebook) if listed is None else listed
    return plan(settings.rulebook, models, means_of(settings.catalog))


def plan_entries(settings: Config, made: Plan, *, are_known: bool) -> Iterator[dict[str, Any]]:
    """Yield each surface's part of the plan, then their sum; without known models what that leaves open."""
    for surface, ask in made.asks.items():
        yield {
            "type": "plan",
            "surface": str(surface),
            "every": written(ask.every),
            "requests": ask.requests,
            "an_hour": round(ask.an_hour, 2),
            "rules": list(ask.rules),
            "why": [{"rule": name, "models": found} for name, found in _why(settings, ask)],
        }
    limit = settings.catalog.max_requests_per_hour
    yield {
        "type": "plan_sum",
        "an_hour": round(made.an_hour, 2),
        "unplanned_at_most": unplanned_at_most(made, limit),
        "limit": limit,
        "stretch": round(made.stretch, 2),
        "open": [] if are_known else _open(settings, made),
    }


def plan_line(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of one entry."""
    if entry["type"] == "plan":
        asked = f"{entry['an_hour']:>7g}/h  {entry['surface']:<18} every {entry['every']:<8}"
        yield f"  {asked} {count(entry['requests'], 'request')} for {reasons(entry)}"
        return
    limit = "" if entry["limit"] is None else f" of at most {entry['limit']:,}"
    more = f"at most {entry['unplanned_at_most']} more where models change"
    yield f"  {entry['an_hour']:>7g}/h{limit} in all, and {more}"
    if entry["stretch"] > 1:
        yield f"  All intervals are {entry['stretch']:g} times as long as configured, to stay within that."
    for glob in entry["open"]:
        yield f"  {glob}: which models these are is known after the first poll; each adds its own requests"


def stretched(made: Plan, settings: Config) -> str | None:
    """Return what to say of a plan whose intervals had to be stretched, None where they were not."""
    if made.stretch == 1.0:
        return None
    asked = made.an_hour * made.stretch
    return (
        f"the rules ask for {asked:.0f} requests an hour, max_requests_per_hour is"
        f" {settings.catalog.max_requests_per_hour:,}: all intervals are {made.stretch:.2g} times as long"
    )


def reasons(entry: Mapping[str, Any]) -> str:
    """Return the rules that a surface is swept for; their models once where they are the same."""
    why = entry["why"]
    if not why:
        return _unasked(entry["surface"])
    models = why[0]["models"]
    if any(found["models"] != models for found in why):
        return "; ".join(f"{found['rule']} ({_shown(found['models'])})" for found in why)
    names = ", ".join(found["rule"] for found in why)
    return f"{names} ({_shown(models)})" if models else names


def _why(settings: Config, ask: Ask) -> Iterator[tuple[str, list[str]]]:
    for rule in settings.rulebook.rules:
        if rule.name in ask.rules:
            yield rule.name, [model for model in ask.models if matches(rule.models, model)]


def _shown(models: Sequence[str]) -> str:
    listed = ", ".join(models[:SHOWN_MODELS]) + (", …" if len(models) > SHOWN_MODELS else "")
    return f"{count(len(models), 'model')}: {listed}" if models else "no model"


def _unasked(surface: str) -> str:
    if surface == Surface.MODELS:
        return "all else: it says which models there are"
    return "drift that is announced there"


def _open(settings: Config, made: Plan) -> list[str]:
    """Return the globs that name models only once the catalog was read."""
    rules = {name for ask in made.asks.values() if ask.is_by_model for name in ask.rules}
    globs = (glob for rule in settings.rulebook.rules if rule.name in rules for glob in rule.models)
    return [glob for glob in dict.fromkeys(globs) if any(sign in glob for sign in "*?[")]
