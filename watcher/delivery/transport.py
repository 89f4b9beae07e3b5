"""Transports: how one notification reaches one target."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from watcher.alerts.notification import Notification
from watcher.delivery.evidence import Evidence

Post = Callable[[timedelta], Evidence]
"""One try within a time limit; a failure is a value, not an exception."""


class Transport(Protocol):
    """One target's own way out. It is used by one thread."""

    @property
    def spacing(self) -> timedelta:
        """The least time between two sends that the service asks for."""

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:
        """Put a notification into words and return what sends it; what raises here is the message's fault."""
