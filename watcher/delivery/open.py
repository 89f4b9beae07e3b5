"""Opening: which transport a target gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TextIO, assert_never

from watcher.delivery.apprise_ import AppriseTransport
from watcher.delivery.console import ConsoleTransport
from watcher.delivery.file import FileTransport
from watcher.delivery.target import AppriseTarget, ConsoleTarget, FileTarget, Target, WebhookTarget
from watcher.delivery.transport import Transport
from watcher.delivery.webhook import WebhookTransport


def open_transport(
    target: Target, *, zone: tzinfo, wall: Callable[[], datetime], stream: TextIO
) -> Transport:
    """Return the target's own way out; ``stream`` is what the console writes to."""
    match target:
        case AppriseTarget():
            return AppriseTransport(target, zone)
        case WebhookTarget():
            return WebhookTransport(target, zone, wall)
        case FileTarget():
            return FileTransport(target, zone)
        case ConsoleTarget():
            return ConsoleTransport(stream, zone)
    assert_never(target)
