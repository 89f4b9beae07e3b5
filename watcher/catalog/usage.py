"""Usage: which apps use a model, what its author's other models do, and which versions are published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from watcher.catalog.names import ModelId


class App(NamedTuple):
    """One of the apps that used a model most lately, at its place in that list; tokens over its span."""

    id: str
    title: str
    url: str | None
    tokens: int | None


class DayOfUse(NamedTuple):
    """What one variant of a model did on one day (UTC)."""

    day: date
    variant: str
    requests: int | None
    prompt_tokens: int | None
    completion_tokens: int | None

    @property
    def tokens(self) -> int | None:
        """Return the tokens that went in and came out; None where either is unknown."""
        if self.prompt_tokens is None or self.completion_tokens is None:
            return None
        return self.prompt_tokens + self.completion_tokens


class Versions(NamedTuple):
    """The versions of a model as they were listed last; ``is_now`` says that they still are."""

    listed: tuple[str, ...] = ()
    is_now: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoredModel:
    """One of an author's models, with its daily use where it is published, oldest first."""

    id: ModelId
    permaslug: str | None
    name: str
    created: int | None
    days: tuple[DayOfUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who makes models."""

    slug: str
    name: str
    models: tuple[AuthoredModel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that upstream publishes about its API: its digest, version and latest entries."""

    digest: str
    version: str | None = None
    entries: tuple[str, ...] = ()
