"""The bell beside a lane's bed: who brings something rings it; who waits for quiet learns that it sleeps."""

from __future__ import annotations

import threading


class Bell:
    """Wakes one sleeper; may be rung, and waited on, by any thread."""

    def __init__(self) -> None:
        """Start awake, with nothing rung."""
        self._rung = threading.Event()
        self._asleep = threading.Event()
        self._lock = threading.Lock()

    def ring(self) -> None:
        """Wake the sleeper, or keep it from lying down before it has looked once more."""
        with self._lock:
            self._asleep.clear()
            self._rung.set()

    def toll(self) -> None:
        """Wake the sleeper for its end: there is nothing more to look for."""
        self._rung.set()

    def heed(self) -> None:
        """Be awake: what is rung from now on is new."""
        self._rung.clear()

    def sleep(self, seconds: float) -> bool:
        """Sleep at most so long, and tell whether the bell rang."""
        with self._lock:
            if self._rung.is_set():
                return True
            self._asleep.set()
        return self._rung.wait(seconds)

    def leave(self) -> None:
        """Sleep for ever."""
        self._asleep.set()

    def wait_asleep(self, seconds: float) -> bool:
        """Wait at most so long until the sleeper sleeps, and tell whether it does."""
        return self._asleep.wait(max(seconds, 0))
