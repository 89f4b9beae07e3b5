"""Signals: the first SIGTERM or SIGINT asks for an end, the second is one; SIGHUP asks to read again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import structlog

ENDING = (signal.SIGTERM, signal.SIGINT)
LONGEST_ENDING = 4.5
"""Seconds from the first signal to the end, whatever holds it up. What is not done then is as after a crash:
nothing is lost, and what was being sent goes again as a possible repeat."""

ABANDONED = b'{"level": "warning", "event": "daemon.abandoned", "reason": "something held the end up"}\n'

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
        signal.setitimer(signal.ITIMER_REAL, LONGEST_ENDING)
        if self._bell is not None:
            self._soon(self._bell.set)

    @property
    def is_asked(self) -> bool:
        """Tell whether an end was asked for."""
        return self._asked is not None

    def hang_up(self, number: int, frame: FrameType | None) -> None:
        """Take a SIGHUP."""
        del number, frame
        if self._loop is None:
            self.hangup.set()
        else:
            self._soon(self.hangup.set)

    def run_out(self, number: int, frame: FrameType | None) -> None:
        """Take the alarm: a resolver or a disk holds the end up that was asked for."""
        del number, frame
        # Not the log: it may be in the middle of a line.
        os.write(sys.stderr.fileno(), ABANDONED)
        os._exit(0)

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
    before[signal.SIGALRM] = signal.signal(signal.SIGALRM, ending.run_out)
    # A parent may have left them blocked, and who cannot be asked to end is killed.
    mask = signal.pthread_sigmask(signal.SIG_UNBLOCK, before)
    try:
        yield ending
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in before.items():
            signal.signal(number, handler)
