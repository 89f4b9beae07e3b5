"""Sparklines: a course of values as a line of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

BLOCKS = "▁▂▃▄▅▆▇█"
LONGEST = 60
COURSE = "course"
"""Where an alert's context holds the values of the last 30 days, oldest first."""


UPTIMES = "uptimes"
"""Where an alert's context holds the uptimes of the last 24 hours and this one; None: unknown."""

UNKNOWN = "·"
WELL = 95
"""What upstream publishes as the bound of normal service, in percent."""


def gauge(percentages: Sequence[float | None]) -> str:
    """Return a block for each uptime, the full one where all is well; a dot where it is unknown."""
    top = len(BLOCKS) - 1
    return "".join(
        UNKNOWN if each is None else BLOCKS[min(int(each / WELL * top), top)] for each in percentages
    )


def sparkline(values: Sequence[Decimal]) -> str:
    """Return a block for each value, the least the lowest; of many, the last sixty."""
    shown = values[-LONGEST:]
    low, span = min(shown), max(shown) - min(shown)
    top = len(BLOCKS) - 1
    return "".join(BLOCKS[int((value - low) / span * top) if span else 0] for value in shown)
