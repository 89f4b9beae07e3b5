"""State: all that is known and remembered between two polls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from watcher.alerts.groups import Group, GroupKey
from watcher.alerts.silence import Silence
from watcher.alerts.stillness import Stillness
from watcher.catalog.endpoint import Endpoint
from watcher.catalog.model import Model
from watcher.catalog.names import EndpointKey, ModelId, ProviderSlug, Surface
from watcher.catalog.notices import Announcement, Notices
from watcher.catalog.policy import DataPolicy
from watcher.catalog.provider import Provider
from watcher.catalog.telemetry import Telemetry
from watcher.catalog.usage import App, Author, DayOfUse, Document, Versions
from watcher.rules.anchors import Anchor, AnchorKey
from watcher.rules.episodes import Episode, EpisodeKey
from watcher.rules.restless import Restless
from watcher.rules.subject import Subject

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An earlier content of a record, or its absence: a digest and the span in which it was believed."""

    digest: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked(Generic[R]):
    """A record that was believed at least once.

    ``uid`` lasts for ever, also when an endpoint gets another tag. ``since`` is when this content was first
    seen, ``missing_since`` the first poll that did not show it, ``last_seen`` the one before. ``gone`` says
    that its absence was confirmed; the record is kept to know it again when it returns. ``past`` holds its
    latest earlier contents, newest last (an old cache generation shows them again).
    """

    uid: str
    record: R
    first_seen: datetime
    since: datetime
    missing_since: datetime | None = None
    last_seen: datetime | None = None
    gone: bool = False
    past: tuple[Past, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Polls that are not believed until they repeat: why, since when (UTC), and for which rows."""

    reason: str
    since: datetime
    rows: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinning:
    """A fact that many rows at once show no more: since when, after which poll, and how many of how many."""

    since: datetime
    not_before: datetime | None
    rows: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceHealth:
    """How one surface fares.

    ``strange`` are upstream's keys that nobody here knows, with the number of rows that had them, and
    ``disagreements`` on how many endpoints another source said otherwise when it was last believed.
    ``keys`` are upstream's own names of what its rows hold, which tell one source of a surface from another.
    ``failures`` counts attempts in a row without a believed answer; ``silent_since`` is the first (UTC) of
    those in a row of which nothing can be believed, however often it repeats. ``carried`` are the facts that
    at least one row carried when it was last believed; ``lost`` those it carried once and carries no more.
    ``thinning`` are those that many rows at once showed no more, until that is confirmed by time.
    ``set_aside`` counts the rows that could not be read when it was last believed; the reason is the first's.
    """

    believed_at: datetime | None = None
    attempted_at: datetime | None = None
    failures: int = 0
    silent_since: datetime | None = None
    reason: str | None = None
    hold: Hold | None = None
    carried: frozenset[str] = frozenset()
    fading: Mapping[str, datetime] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    thinning: Mapping[str, Thinning] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()
    set_aside: int = 0
    set_aside_reason: str | None = None
    strange: Mapping[str, int] = field(default_factory=dict)
    disagreements: int = 0


UNREAD_SURFACE = SurfaceHealth()


class Flip(NamedTuple):
    """One fact of a provider's own policy that became another at a poll (UTC)."""

    provider: str
    field: str
    old: object
    new: object
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMove:
    """A move that waits until it is known whether it is news: an echo, say, or another source's to tell."""

    subject: Subject
    field: str
    old: object
    new: object
    at: datetime
    not_before: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPrice:
    """What a model's row showed of an endpoint that led: its prices (see ``listed_facts``), and what else."""

    prices: Mapping[str, object]
    context_length: int | None
    max_completion_tokens: int | None
    moderated: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldElsewhere:
    """The value last told of a fact by another source, and what it was measured from (None: not known).

    ``is_listed`` says that it was a model's own row. ``is_same`` says that what it was measured from is what
    the documented endpoints had said last: the two sources measure the same.
    """

    subject: Subject
    value: object
    is_listed: bool
    old: object = None
    is_same: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything a decision starts from; a new one is made of every decision, sharing what did not change."""

    models: Mapping[ModelId, Tracked[Model]] = field(default_factory=dict)
    endpoints: Mapping[ModelId, Mapping[EndpointKey, Tracked[Endpoint]]] = field(default_factory=dict)
    providers: Mapping[ProviderSlug, Tracked[Provider]] = field(default_factory=dict)
    policies: Mapping[ProviderSlug, Tracked[DataPolicy]] = field(default_factory=dict)
    endpoint_policies: Mapping[EndpointKey, Tracked[DataPolicy]] = field(default_factory=dict)
    frontend_endpoints: Mapping[ModelId, Mapping[EndpointKey, Tracked[Endpoint]]] = field(
        default_factory=dict
    )
    frontend_readings: Mapping[EndpointKey, Telemetry] = field(default_factory=dict)
    uuids: Mapping[str, EndpointKey] = field(default_factory=dict)
    """Which endpoint the frontend knows under which of its ids, which outlive every tag."""
    slugs: Mapping[str, ProviderSlug] = field(default_factory=dict)
    """The slugs of the providers whose policies were read, by the name that endpoints call them."""
    notices: Mapping[ModelId, Tracked[Notices]] = field(default_factory=dict)
    announced: Mapping[str, Announcement] = field(default_factory=dict)
    """What is announced of each endpoint's prices, by its uuid."""
    documents: Mapping[str, Document] = field(default_factory=dict)
    top_apps: Mapping[ModelId, tuple[App, ...]] = field(default_factory=dict)
    activity: Mapping[ModelId, tuple[DayOfUse, ...]] = field(default_factory=dict)
    """What each model did by the day of late, by its own page."""
    authors: Mapping[str, Author] = field(default_factory=dict)
    """What the models of each author did by the day of late, by the author's slug."""
    versions: Mapping[ModelId, Versions] = field(default_factory=dict)
    flips: Mapping[str, Flip] = field(default_factory=dict)
    """The providers' flips of late, by provider and field, and those that their endpoints told."""
    faded: Mapping[str, object] = field(default_factory=dict)
    """What was last known of facts of which nothing is known now, by subject and field (see ``faded``)."""
    held_flips: Mapping[str, HeldMove] = field(default_factory=dict)
    zdr: Mapping[EndpointKey, Tracked[None]] = field(default_factory=dict)
    telemetry: Mapping[EndpointKey, Telemetry] = field(default_factory=dict)
    sweeps: Mapping[str, str] = field(default_factory=dict)
    """The marks of late sweeps over endpoints, by the time of each (see ``marks``)."""
    answered_earlier: Mapping[str, datetime] = field(default_factory=dict)
    """When a surface showed what its last answer did not (see ``belief.answers``)."""
    surfaces: Mapping[Surface, SurfaceHealth] = field(default_factory=dict)
    astray: frozenset[Surface] = frozenset()
    """The books of endpoints not believed for long (see ``watcher.judgement.knowledge.books``)."""
    unheard: Mapping[str, HeldMove] = field(default_factory=dict)
    """What moved in the frontend's book since the documented one answered (see ``intake.unheard``)."""
    listed: Mapping[ModelId, tuple[ListedPrice, ...]] = field(default_factory=dict)
    """What each model's row showed since its endpoints answered last, once for each endpoint that led: what a
    listed price is measured from. A model that is not in it shows what it showed then."""
    told_elsewhere: Mapping[AnchorKey, ToldElsewhere] = field(default_factory=dict)
    """What was told by a source that stood in for the documented endpoints (see ``handover``)."""
    anchors: Mapping[AnchorKey, Anchor] = field(default_factory=dict)
    episodes: Mapping[EpisodeKey, Episode] = field(default_factory=dict)
    restless: Mapping[EpisodeKey, Restless] = field(default_factory=dict)
    groups: Mapping[GroupKey, Group] = field(default_factory=dict)
    stillness: Mapping[str, Stillness] = field(default_factory=dict)
    silences: Mapping[str, Silence] = field(default_factory=dict)
    rules: frozenset[str] = frozenset()
    """The names of the rules that anchors and episodes belong to."""
    introduced: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Which parts of a poll each rule has seen (see ``watcher.judgement.edges.introductions``)."""
