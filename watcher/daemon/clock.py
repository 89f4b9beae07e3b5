"""The clock: the only place where the daemon learns what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns an aware UTC time."""


def wall_clock() -> datetime:
    """Return the time of this machine (aware UTC)."""
    return datetime.now(UTC)
