"""Places: where each surface of the frontend stands, and stood before; undocumented, and it moves.

Today's address comes first, then older ones that may still answer, or answer again (observed 2025 to 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from watcher.catalog.names import Surface

NOW, BEFORE = "/api/frontend/v1", "/api/frontend"
VARIANT = "permaslug={permaslug}&variant={variant}"

PLACES: Mapping[Surface, tuple[str, ...]] = {
    Surface.FRONTEND: (f"{NOW}/all-providers", f"{BEFORE}/all-providers"),
    Surface.FRONTEND_CATALOG: (f"{NOW}/catalog/models", f"{BEFORE}/models"),
    Surface.FRONTEND_ENDPOINTS: (f"{NOW}/stats/endpoint?{VARIANT}", f"{BEFORE}/stats/endpoint?{VARIANT}"),
    Surface.LISTED_PRICES: (
        f"{NOW}/stats/listed-pricing?{VARIANT}&shape=v4&range=all",
        f"{NOW}/stats/listed-pricing?{VARIANT}&shape=v5&range=all",
        f"{BEFORE}/stats/listed-pricing?{VARIANT}&shape=v4&range=all",
    ),
    Surface.UPTIME_RECENT: (
        f"{NOW}/stats/uptime-recent?permaslug={{permaslug}}",
        f"{BEFORE}/stats/uptime-recent?permaslug={{permaslug}}",
    ),
    Surface.UPTIME_HOURLY: (
        f"{NOW}/stats/uptime-hourly?id={{key}}",
        f"{BEFORE}/stats/uptime-hourly?id={{key}}",
    ),
    Surface.TOP_APPS: (
        f"{NOW}/stats/top-apps-for-model?{VARIANT}",
        f"{BEFORE}/stats/top-apps-for-model?{VARIANT}",
        f"{BEFORE}/stats/app?limit=20&{VARIANT}",
    ),
    Surface.ACTIVITY: (f"{NOW}/stats/model-activity?{VARIANT}", f"{BEFORE}/stats/model-activity?{VARIANT}"),
    Surface.AUTHORS: (
        f"{NOW}/author-models?authorSlug={{key}}",
        f"{BEFORE}/author-models?authorSlug={{key}}",
        f"{BEFORE}/model-author?authorSlug={{key}}&shouldIncludeStats=true&shouldIncludeVariants=false",
    ),
    Surface.VERSIONS: (f"{BEFORE}/models/versions?{VARIANT}",),
}

DOCUMENTS: Mapping[str, str] = {"openapi": "/openapi.json", "changelog": "/docs/changelog/rss.xml"}
"""What the schema is read from, by its key in a recorded poll (documented)."""


def filled(place: str, key: str = "") -> str:
    """Return the address for one thing that is asked for: ``permaslug|variant``, a uuid or a slug.

    A key comes from the catalog and is quoted: it ends no address early and adds no parameter.
    """
    permaslug, _, variant = key.partition("|")
    return place.format(
        permaslug=_quoted(permaslug), variant=_quoted(variant or "standard"), key=_quoted(key)
    )


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="replace")


class Whereabouts:
    """Remembers at which of its places each surface answered last.

    A surface that answered is asked there first, for ``HOLDS`` seconds: then today's address has its turn
    again. One that failed ``DOUBTED`` times in a row is looked for at all of its places.
    """

    HOLDS = 86_400.0
    DOUBTED = 3

    def __init__(self) -> None:
        self._found: dict[Surface, tuple[str, float]] = {}
        self._failures: dict[Surface, int] = {}

    def in_order(self, surface: Surface, now: float) -> tuple[str, ...]:
        """Return the places of a surface in the order to try them; ``now`` are monotonic seconds."""
        known = PLACES[surface]
        place, since = self._found.get(surface, ("", now))
        if not place or now - since > self.HOLDS:
            return known
        return (place, *(other for other in known if other != place))

    def is_doubted(self, surface: Surface) -> bool:
        """Tell whether a surface failed so often where it was that it may be elsewhere."""
        return self._failures.get(surface, 0) >= self.DOUBTED

    def found(self, surface: Surface, place: str, now: float) -> None:
        """Remember where a surface answered."""
        self._failures.pop(surface, None)
        before, since = self._found.get(surface, ("", now))
        if before != place or now - since > self.HOLDS:
            self._found[surface] = place, now

    def missed(self, surface: Surface) -> None:
        """Count a sweep in which a surface answered nowhere."""
        self._failures[surface] = self._failures.get(surface, 0) + 1
