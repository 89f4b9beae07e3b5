"""Needs: which facts and readings some rules follow, and so which surfaces must be swept."""

from __future__ import annotations

from collections.abc import Iterable

from watcher.catalog.names import Kind
from watcher.rules.rule import Rule


def needs_fact(rules: Iterable[Rule], kind: Kind, field: str) -> bool:
    """Tell whether some rule follows a fact of a kind of subject."""
    return any(watch.kind is kind and watch.follows(field) for rule in rules for watch in rule.watches)


def needs_reading(rules: Iterable[Rule], quantity: str) -> bool:
    """Tell whether some rule holds a reading against a threshold."""
    return any(level.quantity == quantity for rule in rules for level in rule.levels)
