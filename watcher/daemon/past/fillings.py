"""Fillings: all kinds of past that a daemon fills, those that cost the fewest requests first."""

from __future__ import annotations

from watcher.daemon.past.backfill import Backfill, Ground
from watcher.daemon.past.filling_prices import FillingPrices
from watcher.daemon.past.filling_uptimes import FillingDays, FillingHours, KnownIds


def backfill_of(ground: Ground) -> Backfill:
    """Return what fills the past of all that is watched."""
    ids = KnownIds(ground)
    return Backfill(
        ground.means,
        ground.clock,
        (ids, FillingDays(ground, ids), FillingPrices(ground), FillingHours(ground, ids)),
    )
