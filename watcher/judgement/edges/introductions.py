"""Introductions: what a rule sees first is what it measures from, also a rule that comes later.

A new rule begins with the first believed answer of each kind: what moved since the answer before, of which it
knew nothing, is its beginning and no news to it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from watcher.catalog.names import Kind
from watcher.catalog.policy import POLICY_FIELDS
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.page_facts import TEXTS, is_of_the_pages
from watcher.judgement.knowledge.present import Observed, is_offered
from watcher.judgement.knowledge.privacy import ZDR
from watcher.judgement.state import State
from watcher.rules.watch import APP, VERSION

Introduced = Mapping[str, frozenset[str]]
"""The sources that each rule saw, by its name; a rule that is not among them has seen all."""

SOURCES = (
    "models",
    "endpoints",
    "frontend_endpoints",
    "providers",
    "policies",
    "zdr",
    "notices",
    "announced",
    "apps",
    "versions",
)
"""The parts of a poll, as ``Observed`` has them."""


def is_introduced(rule: str, move: Move, introduced: Introduced) -> bool:
    """Tell whether a rule saw the source of a move before."""
    return rule not in introduced or source_of(move) in introduced[rule]


def source_of(move: Move) -> str:
    """Return which part of a poll tells of a move."""
    match move.subject.kind:
        case Kind.MODEL | Kind.ENDPOINT if is_of_the_pages(move.field):
            return _page_of(move.field)
        case Kind.MODEL | Kind.ENDPOINT if move.field == ZDR:
            return "zdr"
        case Kind.MODEL:
            return "endpoints" if is_offered(move.field) else "models"
        case Kind.ENDPOINT:
            return "frontend_endpoints" if move.field in POLICY_FIELDS else "endpoints"
        case _:
            return "policies" if move.field in POLICY_FIELDS else "providers"


def _page_of(field: str) -> str:
    if field in TEXTS:
        return "notices"
    if field.startswith(VERSION):
        return "versions"
    return "apps" if field.startswith(APP) else "announced"


def introducing(state: State, rules: Collection[str]) -> State:
    """Return the state in which new rules have seen nothing, and rules that are no more are forgotten."""
    new = {rule: frozenset[str]() for rule in rules if rule not in state.rules}
    kept = {rule: seen for rule, seen in state.introduced.items() if rule in rules}
    return replace(state, introduced={**kept, **new})


def having_seen(introduced: Introduced, observed: Observed) -> Introduced:
    """Return the introductions after a poll."""
    now = frozenset(name for name in SOURCES if getattr(observed, name))
    if all(now <= seen for seen in introduced.values()):
        return introduced
    return {rule: seen | now for rule, seen in introduced.items()}
