"""Digests: what a target missed while it was away, sent as one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Claim
from watcher.delivery.transport import Post, Transport


class Digest:
    """A transport that sends one message for several claims, whatever single one it is handed."""

    def __init__(self, claims: Sequence[Claim], transport: Transport) -> None:
        self._claims = claims
        self._transport = transport

    @property
    def spacing(self) -> timedelta:
        """Return what the service asks for."""
        return self._transport.spacing

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:
        """Return the send of them all; what cannot be put into words is the digest's fault."""
        del notification
        # Words, for who has something to catch up on.
        from watcher.messages.catch_up import caught_up  # noqa: PLC0415  # the reason stands above

        together = caught_up([claim.notification for claim in self._claims])
        return self._transport.prepare(together, repeat=repeat)
