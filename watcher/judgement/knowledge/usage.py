"""Usage: what a model did on the last day that upstream tells of, and which of its versions are published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from watcher.catalog.names import ModelId, Surface, author_of, base_of, variant_of
from watcher.catalog.usage import Author, DayOfUse, Versions
from watcher.judgement.state import UNREAD_SURFACE, State
from watcher.rules.watch import VERSION

TOKENS = "tokens"
"""The fact that an author's models carry: what each did by the day."""

LATE = timedelta(days=4)
"""The last whole day was told up to three days later (observed in 2025)."""


def days_of_use(state: State, model: str | None) -> tuple[DayOfUse, ...]:
    """Return the whole days that are known of a model, oldest first, by whose page tells of the last one.

    An alias has none of its own.
    """
    name = ModelId(model or "")
    own, authored = state.activity.get(name, ()), _authored(state, name)
    if not own or not authored:
        return own or authored
    return own if own[-1].day >= authored[-1].day else authored


def last_day_of_use(state: State, model: str | None) -> DayOfUse | None:
    """Return what a model did on the last day that is told of; None is unknown.

    Where it is the author's page that tells: on the last day of any of the author's models. A model of which
    nothing is told on that day may have done nothing, or may be told of later. Its own page is as late as
    ``LATE`` at most.
    """
    name = ModelId(model or "")
    days = days_of_use(state, name)
    if not days:
        return None
    if days is state.activity.get(name):
        read = state.surfaces.get(Surface.ACTIVITY, UNREAD_SURFACE).believed_at
        return days[-1] if read is not None and read.date() - days[-1].day <= LATE else None
    return days[-1] if days[-1].day == last_day(state.authors[author_of(name)]) else None


def _authored(state: State, model: ModelId) -> tuple[DayOfUse, ...]:
    author = state.authors.get(author_of(model))
    models = () if author is None else author.models
    days = next((one.days for one in models if one.id == base_of(model)), ())
    return tuple(day for day in days if day.variant == variant_of(model))


def used_of_author(state: State, slug: str) -> Mapping[ModelId, DayOfUse]:
    """Return what each of an author's models did on the last day that is told of it, the most used first."""
    author = state.authors.get(slug)
    authored = () if author is None else author.models
    named = {_variant(model.id, day) for model in authored for day in model.days}
    named |= {model for model in state.activity if author_of(model) == slug}
    told = {model: day for model in named if (day := last_day_of_use(state, model)) is not None}
    return dict(sorted(told.items(), key=lambda item: (-(item[1].tokens or 0), item[0])))


def _variant(model: ModelId, day: DayOfUse) -> ModelId:
    return model if day.variant == variant_of(model) else ModelId(f"{model}:{day.variant}")


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
