"""Spells: lengths of time as the reasons of a decision name them."""

from __future__ import annotations

from datetime import timedelta


def spell(length: timedelta) -> str:
    """Return ``0:30:00`` or ``2 days, 3:00:00``, to the second."""
    return str(timedelta(seconds=round(length.total_seconds())))
