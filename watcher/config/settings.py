"""Settings: the configuration as typed values, ready for the daemon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from watcher.catalog.names import Surface
from watcher.catalog.retention import KEEP, Retention
from watcher.config.problems import Problem
from watcher.config.secret import Secret
from watcher.rules.rulebook import Rulebook


class Frontend(StrEnum):
    """How much of the undocumented frontend API is read.

    Who trains on prompts and keeps them is published only there: by provider (``policies``), and by endpoint
    too (``all``).
    """

    NONE = "none"
    POLICIES = "policies"
    ALL = "all"


class Reload(StrEnum):
    """When a changed file is read again: when it changes (and on SIGHUP), on SIGHUP only, or never."""

    AUTO = "auto"
    SIGNAL = "signal"
    OFF = "off"


class HeartbeatStyle(StrEnum):
    """What a heartbeat says: how we are, in the language of healthchecks.io, or only that we live."""

    HEALTHCHECKS = "healthchecks"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogSettings:
    """Which catalog is read, how often and how politely; ``base_url`` has no slash at its end.

    ``archive`` is where polls are kept as they were answered, or None; each day's file for ``archive_for``,
    None for ever.
    """

    base_url: str
    api_key: Secret | None
    every: Mapping[Surface, timedelta]
    frontend: Frontend
    max_requests_per_minute: int
    max_requests_per_hour: int | None
    confirm_after: timedelta
    archive: Path | None
    archive_for: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseTarget:
    """One Apprise URL, which is one target. ``label`` may be shown; the URL may not."""

    label: str
    url: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTarget:
    """A URL that gets the notification as JSON, signed by Standard Webhooks where there is a secret."""

    label: str
    url: Secret
    secret: Secret | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTarget:
    """A file that gets a line of JSON for each notification."""

    label: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleTarget:
    """Standard output."""

    label: str


Target: TypeAlias = AppriseTarget | WebhookTarget | FileTarget | ConsoleTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverTargets:
    """Where one receiver lives; labels are unique in it. ``allow_private`` admits a private network.

    ``catch_up`` is how long it must have been away to get all it missed in one message; None: never.
    """

    receiver: str
    targets: tuple[Target, ...]
    allow_private: bool = False
    catch_up: timedelta | None = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatSettings:
    """Who hears that we live; the URL is secret: whoever knows it can forge our life."""

    url: Secret
    style: HeartbeatStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Where the pages are shown: an IP address or ``localhost``, and a port; 0 is any that is free.

    ``hosts`` are the names, in lower case, under which a browser may ask for them, beside addresses and
    ``localhost``.
    """

    host: str
    port: int
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole configuration; ``warnings`` are what is allowed but probably not meant, sorted by line."""

    rulebook: Rulebook
    catalog: CatalogSettings
    targets: Mapping[str, ReceiverTargets]
    state: Path
    keep: Retention = KEEP
    heartbeat: HeartbeatSettings | None = None
    web: WebSettings | None = None
    reload: Reload = Reload.AUTO
    warnings: tuple[Problem, ...] = field(default=())
