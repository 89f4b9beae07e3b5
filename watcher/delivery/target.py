"""Targets: where one copy of a notification goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseTarget:
    """One recipient behind one Apprise URL.

    ``url`` is secret. ``label`` is its public part (``#channel``, address or host) or the user's name for
    it. ``kind`` is ``slack``, ``mail`` or the URL's schema. ``allow_private`` lets it reach loopback and
    private addresses even though its URL does not name one.
    """

    receiver: str
    label: str
    kind: str
    url: str = field(repr=False)
    allow_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTarget:
    """A URL that takes the notification as JSON; signed after Standard Webhooks when ``secret`` is set."""

    receiver: str
    label: str
    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    allow_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTarget:
    """A file that gets one JSON object a line."""

    receiver: str
    label: str
    path: Path
    allow_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleTarget:
    """The terminal the watcher runs in."""

    receiver: str
    label: str = "console"
    allow_private: bool = False


Target = AppriseTarget | WebhookTarget | FileTarget | ConsoleTarget
