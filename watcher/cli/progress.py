"""Progress: a bar on standard error, on a terminal only, for work that takes over two seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

PATIENCE = 2.0
BETWEEN = 0.1
WIDTH = 30
CLEAR = "\r\x1b[2K"


class Progress:
    """Told how many of how many are done; ``clear`` takes the bar away before something else is printed."""

    def __init__(self, stream: TextIO, unit: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Draw on a stream, counting in a unit (``polls``); ``clock`` gives seconds."""
        self._stream = stream
        self._unit = unit
        self._shown = stream.isatty()
        self._clock = clock
        self._next = clock() + PATIENCE
        self._drawn = False

    def __call__(self, done: int, total: int) -> None:
        """Draw the bar when it is time to."""
        now = self._clock()
        if not self._shown or now < self._next:
            return
        self._next = now + BETWEEN
        full = WIDTH * done // max(total, 1)
        bar = "#" * full + "-" * (WIDTH - full)
        self._stream.write(f"{CLEAR}[{bar}] {done} of {total} {self._unit}")
        self._stream.flush()
        self._drawn = True

    def clear(self) -> None:
        """Take the bar away."""
        if self._drawn:
            self._stream.write(CLEAR)
            self._stream.flush()
            self._drawn = False
