"""Levels: readings that are wrong while they lie on one side of a threshold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from watcher.catalog.names import Kind


class Side(Enum):
    """Where a reading lies."""

    WRONG = "wrong"
    BETWEEN = "between"
    GOOD = "good"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A threshold on one quantity of every subject of a kind.

    ``quantity`` is ``uptime_5m``, ``uptime_30m``, ``uptime_1d`` (percent), ``latency`` (ms), ``throughput``
    (tokens/s), ``tokens`` (a day) or ``pricing.<meter>`` (USD per token). Exactly one of ``below`` and
    ``above`` is set; an episode recovers at ``recover``, which lies on the good side of it.
    ``keep_firing_for`` is how long a recovery must last to be told.
    """

    kind: Kind
    event: str
    quantity: str
    below: float | None = None
    above: float | None = None
    recover: float
    keep_firing_for: timedelta = timedelta(hours=1)

    def side_of(self, value: float | None) -> Side:
        """Return where a reading lies; None is unknown."""
        if value is None:
            return Side.UNKNOWN
        if self.below is not None:
            if value < self.below:
                return Side.WRONG
            return Side.GOOD if value >= self.recover else Side.BETWEEN
        if self.above is not None and value > self.above:
            return Side.WRONG
        return Side.GOOD if value <= self.recover else Side.BETWEEN
