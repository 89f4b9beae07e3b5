"""Sweeps: what all requests of one sweep share, so that it ends soon when the host is down or floods us."""

from __future__ import annotations

from watcher.openrouter.answers import Answer, Unanswered
from watcher.openrouter.envelope import NOT_FOUND


class Sweep:
    """The bytes and values that are left to one sweep, and how many attempts in a row failed."""

    def __init__(self, *, bytes_left: int, values_left: int, failures_allowed: int) -> None:
        self.bytes_left = bytes_left
        self.values_left = values_left
        self._failures_allowed = failures_allowed
        self._failures = 0
        self._ended: str | None = None

    @property
    def ended(self) -> str | None:
        """Say why the sweep was given up, or None while it goes on."""
        return self._ended

    def note(self, outcome: Answer | Unanswered) -> None:
        """Count an attempt: an answer, and a 404 too, shows that the host is alive."""
        if isinstance(outcome, Answer) or outcome.status == NOT_FOUND:
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= self._failures_allowed:
            self._ended = f"given up after {self._failures} failures in a row, the last: {outcome.reason}"

    def spend(self, size: int, values: int) -> None:
        """Count the bytes and the values of a body; a sweep that has none left ends."""
        self.bytes_left -= size
        self.values_left -= values
        if self.bytes_left <= 0 or self.values_left <= 0:
            self._ended = "given up: the documents of this sweep are too large together"
