"""Patience: when a wait is over, although polls jitter."""

from __future__ import annotations

from datetime import timedelta

TOLERANCE = 0.9


def is_met(lasted: timedelta, wanted: timedelta) -> bool:
    """Tell whether something lasted long enough: 90 % of a wait is all of it, since polls jitter."""
    return lasted >= wanted * TOLERANCE
