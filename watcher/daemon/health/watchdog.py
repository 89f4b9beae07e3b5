"""The watchdog: a thread that looks at the health, and tells the service manager only while nothing is stuck.

A thread of its own, which touches neither the disk nor the network: not the event loop, whose standstill it
has to notice, and not a lane. It stops telling when a part is stuck; that it stopped is what gets the daemon
restarted, with the stacks of all threads in the journal (WatchdogSignal=SIGABRT, faulthandler).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from watcher.daemon.health.health import Condition
from watcher.daemon.health.notify import Notifier
from watcher.daemon.health.vitals import Vitals

PERIOD = timedelta(seconds=20)
"""How often the health is looked at where nobody expects a ping."""

log = structlog.get_logger()


def period_of(watchdog: timedelta | None) -> timedelta:
    """Return how often to look and to ping: a third of what is expected."""
    return PERIOD if watchdog is None else watchdog / 3


@contextmanager
def watched_over(vitals: Vitals, notifier: Notifier) -> Iterator[None]:
    """Watch over the health as long as the context lasts, and ping while nothing is stuck."""
    over = threading.Event()
    thread = threading.Thread(target=_watch, args=(vitals, notifier, over), name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _watch(vitals: Vitals, notifier: Notifier, over: threading.Event) -> None:
    known: frozenset[str] = frozenset()
    seconds = period_of(notifier.watchdog).total_seconds()
    while not over.wait(seconds):
        health = vitals.health()
        known = _noted(health.conditions, known)
        if health.is_alive and notifier.watchdog is not None:
            notifier.ping()


def _noted(conditions: tuple[Condition, ...], known: frozenset[str]) -> frozenset[str]:
    """Log what began and what ended since the last look; return the parts that are not well now."""
    for condition in conditions:
        if condition.part not in known:
            log.error(
                "health.failed",
                part=condition.part,
                reason=condition.sentence,
                remedy=condition.remedy.value,
            )
    ill = frozenset(condition.part for condition in conditions)
    for part in sorted(known - ill):
        log.info("health.recovered", part=part)
    return ill
