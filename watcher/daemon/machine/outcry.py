"""The outcry: a message past the outbox, for when the state takes none and somebody must know."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog

from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Outcome
from watcher.delivery.attempts import try_once
from watcher.delivery.evidence import judge
from watcher.delivery.target import Target
from watcher.delivery.transport import Transport

DEADLINE = timedelta(seconds=30)

log = structlog.get_logger()


def cry_out(
    notifications: Iterable[Notification],
    targets: Iterable[Target],
    open_transport: Callable[[Target], Transport],
) -> tuple[threading.Thread, ...]:
    """Send notifications to every target of their receivers, once, each in a thread of its own.

    Nothing is written down, so nothing is repeated: the log says what became of each.
    """
    everywhere = tuple(targets)
    threads = tuple(
        threading.Thread(
            target=_send,
            args=(notification, target, open_transport),
            name=f"outcry {target.receiver}/{target.label}",
            daemon=True,  # a peer that holds it must not hold the exit
        )
        for notification in notifications
        for target in everywhere
        if target.receiver == notification.receiver
    )
    for thread in threads:
        thread.start()
    return threads


def _send(notification: Notification, target: Target, open_transport: Callable[[Target], Transport]) -> None:
    evidence = try_once(open_transport(target), notification, repeat=False, deadline=DEADLINE)
    if judge(evidence) is Outcome.DELIVERED:
        log.info("outcry.sent", receiver=target.receiver, target=target.label)
    else:
        log.error("outcry.failed", receiver=target.receiver, target=target.label, reason=evidence.detail)
