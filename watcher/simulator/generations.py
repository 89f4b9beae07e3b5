"""Generations: the frontend as it was in 2025 and as it is since 2026, its addresses and its bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from watcher.catalog.names import Surface


class Generation(StrEnum):
    """Which of the two frontends a surface is served by."""

    Y2025 = "2025"
    Y2026 = "2026"


V1, BARE = "/api/frontend/v1/", "/api/frontend/"
OPENAPI, CHANGELOG = "/openapi.json", "/docs/changelog/rss.xml"

TODAY: Mapping[str, Surface] = {
    "all-providers": Surface.FRONTEND,
    "catalog/models": Surface.FRONTEND_CATALOG,
    "stats/endpoint": Surface.FRONTEND_ENDPOINTS,
    "stats/listed-pricing": Surface.LISTED_PRICES,
    "stats/uptime-recent": Surface.UPTIME_RECENT,
    "stats/uptime-hourly": Surface.UPTIME_HOURLY,
    "stats/top-apps-for-model": Surface.TOP_APPS,
    "stats/model-activity": Surface.ACTIVITY,
    "author-models": Surface.AUTHORS,
}
"""Below ``/api/frontend/v1/``. The versions have not moved there, as far as anybody saw."""

THEN: Mapping[str, Surface] = {
    "all-providers": Surface.FRONTEND,
    "models": Surface.FRONTEND_CATALOG,
    "stats/endpoint": Surface.FRONTEND_ENDPOINTS,
    "stats/listed-pricing": Surface.LISTED_PRICES,
    "stats/uptime-recent": Surface.UPTIME_RECENT,
    "stats/uptime-hourly": Surface.UPTIME_HOURLY,
    "stats/app": Surface.TOP_APPS,
    "stats/model-activity": Surface.ACTIVITY,
    "model-author": Surface.AUTHORS,
    "models/versions": Surface.VERSIONS,
}
"""Below ``/api/frontend/``."""


def surface_at(path: str) -> tuple[Surface, Generation] | None:
    """Return which surface of the frontend a path leads to, and in which generation it stood there."""
    if path.startswith(V1):
        found, generation = TODAY.get(path.removeprefix(V1)), Generation.Y2026
    else:
        found, generation = THEN.get(path.removeprefix(BARE)), Generation.Y2025
    return None if found is None else (found, generation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A surface's address dies at ``at`` and its successor, of another generation, begins."""

    at: timedelta
    surface: Surface
    to: Generation = Generation.Y2026


def generation_of(
    surface: Surface, founded: Generation, moves: tuple[Move, ...], at: timedelta
) -> Generation:
    """Return what a surface is served by at a moment of the script; before its first move the other one.

    The versions never moved.
    """
    if surface is Surface.VERSIONS:
        return Generation.Y2025
    ours = sorted((move for move in moves if move.surface is surface), key=lambda move: move.at)
    if not ours:
        return founded
    past = [move.to for move in ours if move.at <= at]
    return past[-1] if past else _other(ours[0].to)


def _other(generation: Generation) -> Generation:
    return Generation.Y2025 if generation is Generation.Y2026 else Generation.Y2026
