"""Recordings: under which key a surface stands in a recorded poll, and what its body is keyed by."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.catalog.names import Surface

RECORDED_AS: Mapping[Surface, str] = {
    **{surface: surface.value for surface in Surface},
    Surface.FRONTEND: "frontend_providers",
}
"""The keys of a recorded poll (CONTRACT, archives).

A list stands as it was answered. ``endpoints`` are keyed by model id, ``frontend_endpoints``,
``listed_prices``, ``top_apps``, ``activity`` and ``versions`` by ``permaslug|variant``, ``uptime_recent`` by
permaslug, ``uptime_hourly`` by the endpoint's uuid, ``authors`` by the author's slug, ``schema`` by
``openapi`` and ``changelog`` (a text). Null is what was asked for and not answered; in
``frontend_endpoints``, where upstream answers 404 for a model that nobody serves, null says just that, and
what was not answered is absent.
"""

NULL_IS_NOTHING = frozenset({Surface.FRONTEND_ENDPOINTS})
"""Where a null inside a body is an answer: there is nothing."""

NOWHERE_IS_NOTHING = frozenset({Surface.VERSIONS})
"""Where it is an answer that no address has the surface: nothing is published (an empty body, recorded)."""

ASKED_BY_KEY = frozenset(
    {
        Surface.FRONTEND_ENDPOINTS,
        Surface.LISTED_PRICES,
        Surface.UPTIME_RECENT,
        Surface.UPTIME_HOURLY,
        Surface.TOP_APPS,
        Surface.ACTIVITY,
        Surface.AUTHORS,
        Surface.VERSIONS,
        Surface.SCHEMA,
    }
)
"""The surfaces whose recorded body maps what was asked for to what was answered; endpoints are another."""
