"""Opening: a start that meets a full disk or a locked database waits a while before it gives up.

Only where a service manager is told: it would restart the daemon every few seconds, and give up for good
before a short trouble is over. A person at a terminal hears of it at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

import structlog

from watcher.daemon.health.notify import Notifier
from watcher.daemon.signals import Ending
from watcher.store.errors import Busy, Full, StoreError, Unwritable

PASSING = (Full, Busy, Unwritable)
TRIES = 6
SECONDS = 10.0
"""Together a minute: with the pause between two starts, systemd counts fewer starts than it allows."""

NAP = 0.2

log = structlog.get_logger()

T = TypeVar("T")


@contextmanager
def patiently(
    open_it: Callable[[], AbstractContextManager[T]],
    notifier: Notifier,
    ending: Ending,
    *,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[T]:
    """Give what ``open_it`` opens, tried again while what is wrong may pass. Raises StoreError."""
    with ExitStack() as stack:
        yield _entered(stack, open_it, notifier, lambda error: _wait(error, notifier, ending, sleep))


def _entered(
    stack: ExitStack,
    open_it: Callable[[], AbstractContextManager[T]],
    notifier: Notifier,
    wait: Callable[[StoreError], object],
) -> T:
    for _ in range(TRIES - 1 if notifier.is_heard else 0):
        try:
            return stack.enter_context(open_it())
        except PASSING as error:
            wait(error)
    return stack.enter_context(open_it())


def _wait(error: StoreError, notifier: Notifier, ending: Ending, sleep: Callable[[float], object]) -> None:
    log.warning("daemon.waiting", reason=str(error))
    notifier.status(f"waiting to start: {error}")
    for _ in range(round(SECONDS / NAP)):
        if ending.is_asked:
            raise error
        sleep(NAP)
