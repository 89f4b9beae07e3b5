"""Addresses: from the receivers of a configuration to the targets of delivery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from watcher import config
from watcher.alerts.notification import Notification
from watcher.config import Config
from watcher.delivery.target import AppriseTarget, ConsoleTarget, FileTarget, Target, WebhookTarget
from watcher.delivery.transport import Post, Transport


class Addresses:
    """Knows which Apprise URLs delivery can send to; fits the checker that reading a configuration asks for.

    Each URL is looked into once: Apprise takes a quarter of a second to load.
    """

    def __init__(self) -> None:
        self._known: dict[str, AppriseTarget] = {}

    def check(self, url: str) -> str:
        """Return the URL's label; TargetError, a ValueError, says what is wrong with it."""
        return self.target(url).label

    def target(self, url: str) -> AppriseTarget:
        """Return the one target behind a URL, without its receiver. Raises TargetError."""
        if url not in self._known:
            # Apprise and its like are loaded for who has a URL of theirs.
            from watcher.delivery.targets import parse  # noqa: PLC0415  # the reason stands above

            self._known[url] = parse(url)
        return self._known[url]


def targets_of(settings: Config, addresses: Addresses) -> tuple[Target, ...]:
    """Return the targets of every receiver, under the labels that the configuration gives them."""
    return tuple(
        _target(found, written, addresses) for found in settings.targets.values() for written in found.targets
    )


def labels_of(settings: Config) -> dict[str, tuple[str, ...]]:
    """Return the labels of each receiver's targets: a notification leaves one row for each."""
    return {name: tuple(target.label for target in found.targets) for name, found in settings.targets.items()}


def _target(found: config.ReceiverTargets, written: config.Target, addresses: Addresses) -> Target:
    receiver, allow_private, catch_up = found.receiver, found.allow_private, found.catch_up
    match written:
        case config.AppriseTarget(label=label, url=url):
            known = addresses.target(url.reveal())
            return replace(
                known, receiver=receiver, label=label, allow_private=allow_private, catch_up=catch_up
            )
        case config.WebhookTarget(label=label, url=url, secret=secret):
            return WebhookTarget(
                receiver=receiver,
                label=label,
                url=url.reveal(),
                secret=None if secret is None else secret.reveal(),
                allow_private=allow_private,
            )
        case config.FileTarget(label=label, path=path):
            return FileTarget(receiver=receiver, label=label, path=path)
        case config.ConsoleTarget(label=label):
            return ConsoleTarget(receiver=receiver, label=label, catch_up=catch_up)
    assert_never(written)


class LateTransport:
    """A transport that is opened when the first message comes: most days have none for most targets."""

    def __init__(self, open_it: Callable[[], Transport]) -> None:
        self._open = open_it
        self._opened: Transport | None = None

    @property
    def spacing(self) -> timedelta:
        """Return what the service asks for, nothing before the first message."""
        return self._opened.spacing if self._opened else timedelta(0)

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:
        """Return the send of a notification."""
        if self._opened is None:
            self._opened = self._open()
        return self._opened.prepare(notification, repeat=repeat)
