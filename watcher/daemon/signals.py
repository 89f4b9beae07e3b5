"""Signals: the first SIGTERM or SIGINT asks for an end, the second is one; SIGHUP asks to read again."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import structlog

ENDING = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


class Ending:
    """Whether somebody asked for an end; heard of from before the loop runs until after it is closed."""

    def __init__(self) -> None:
        self._asked: signal.Signals | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bell: asyncio.Event | None = None
        self.hangup = asyncio.Event()
        """Set by SIGHUP; who heeds it clears it."""

    async def wait(self) -> None:
        """Wait until an end is asked for."""
        self._loop, self._bell = asyncio.get_running_loop(), asyncio.Event()
        if self._asked is None:
            await self._bell.wait()
        if self._asked is not None:
            log.info("daemon.signalled", signal=self._asked.name)

    def ask(self, number: int, frame: FrameType | None) -> None:
        """Take a signal."""
        del frame
        if self._asked is not None:
            os._exit(128 + number)
        self._asked = signal.Signals(number)
        if self._bell is not None:
            self._soon(self._bell.set)

    def hang_up(self, number: int, frame: FrameType | None) -> None:
        """Take a SIGHUP."""
        del number, frame
        self._soon(self.hangup.set)

    def _soon(self, call: Callable[[], object]) -> None:
        # In the loop, not here: a signal may come in the middle of a line that is being written.
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)


@contextmanager
def heeded() -> Iterator[Ending]:
    """Heed signals as long as the context lasts."""
    ending = Ending()
    before = {number: signal.signal(number, ending.ask) for number in ENDING}
    before[signal.SIGHUP] = signal.signal(signal.SIGHUP, ending.hang_up)
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
