"""Targets: where one copy of a notification goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import assert_never


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseTarget:
    """One recipient behind one Apprise URL.

    ``url`` is secret. ``label`` is its public part (``#channel``, address or host) or the user's name for
    it. ``kind`` is ``slack``, ``mail`` or the URL's schema. ``allow_private`` lets it reach loopback and
    private addresses even though its URL does not name one. ``catch_up`` is how long it must have been away
    to get what it missed in one message; None: never.
    """

    receiver: str
    label: str
    kind: str
    url: str = field(repr=False)
    allow_private: bool = False
    catch_up: timedelta | None = None


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
    catch_up: timedelta | None = None


Target = AppriseTarget | WebhookTarget | FileTarget | ConsoleTarget


def catch_up_of(target: Target) -> timedelta | None:
    """Return how long a target must have been away to get one message for all; machines get every one."""
    match target:
        case AppriseTarget() | ConsoleTarget():
            return target.catch_up
        case WebhookTarget() | FileTarget():
            return None
    assert_never(target)
