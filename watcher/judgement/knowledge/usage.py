"""Usage: what a model did on the last day that upstream tells of, and which of its versions are published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from watcher.catalog.names import ModelId, author_of, base_of, variant_of
from watcher.catalog.usage import Author, DayOfUse, Versions
from watcher.judgement.state import State
from watcher.rules.watch import VERSION

TOKENS = "tokens"
"""The fact that an author's models carry: what each did by the day."""


def days_of_use(state: State, model: str | None) -> tuple[DayOfUse, ...]:
    """Return the whole days that are known of a model, oldest first; an alias has none of its own."""
    name = ModelId(model or "")
    author = state.authors.get(author_of(name))
    authored = () if author is None else author.models
    days = next((one.days for one in authored if one.id == base_of(name)), ())
    return tuple(day for day in days if day.variant == variant_of(name))


def last_day_of_use(state: State, model: str | None) -> DayOfUse | None:
    """Return what a model did on the last day its author's models are told of; None is unknown.

    A model of which nothing is told on that day may have done nothing, or may be told of later.
    """
    days = days_of_use(state, model)
    author = state.authors.get(author_of(ModelId(model or "")))
    return days[-1] if days and author is not None and days[-1].day == last_day(author) else None


def last_day(author: Author) -> date | None:
    """Return the last day that an author's models are told of."""
    return max((model.days[-1].day for model in author.models if model.days), default=None)


def tokens_of(author: Author) -> int | None:
    """Return the tokens of all models of an author on the last day; None where they are not told."""
    last = last_day(author)
    told = [day.tokens for model in author.models for day in model.days if day.day == last]
    known = [tokens for tokens in told if tokens is not None]
    return sum(known) if known else None


def facts_of_versions(versions: Versions) -> Mapping[str, str]:
    """Return the versions of a model as facts: each by its own name."""
    return {f"{VERSION}{name}": name for name in versions.listed}
