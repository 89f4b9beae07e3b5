"""Routes: which surface a path belongs to, and its body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlencode

from watcher.catalog.names import Surface
from watcher.simulator.answers import Answer, encoded, failure, feed, page
from watcher.simulator.generations import CHANGELOG, OPENAPI, Generation, surface_at

API = "/api/v1/"
DEFAULT_LIMIT = 500
MOST_LIMIT = 1000
BY_MODEL = frozenset(
    {
        Surface.FRONTEND_ENDPOINTS,
        Surface.LISTED_PRICES,
        Surface.TOP_APPS,
        Surface.ACTIVITY,
        Surface.VERSIONS,
    }
)
PARAMETERS = {
    Surface.UPTIME_RECENT: "permaslug",
    Surface.UPTIME_HOURLY: "id",
    Surface.AUTHORS: "authorSlug",
}


class Source(Protocol):
    """Bodies of one moment; None is what upstream answers with 404."""

    def models(self) -> Mapping[str, Any]:
        """Return the body of the whole models list."""

    def model(self, model: str) -> Mapping[str, Any] | None:
        """Return the body of one model."""

    def endpoints(self, model: str) -> Mapping[str, Any] | None:
        """Return the body of one model's endpoints."""

    def providers(self) -> Mapping[str, Any] | None:
        """Return the body of the providers list."""

    def zdr(self) -> Mapping[str, Any] | None:
        """Return the body of the zero-retention list."""

    def of_frontend(self, surface: Surface, key: str, generation: Generation) -> object:
        """Return the body of a surface of the frontend, or of a document about the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a path leads: its surface, what is asked of it, and of which model or under which key.

    ``generation`` is that of a path of the frontend; None elsewhere.
    """

    surface: Surface
    asks: str
    model: str = ""
    key: str = ""
    generation: Generation | None = None


def route_of(path: str, query: Mapping[str, str]) -> Route | None:
    """Return where a path leads; None where there is only the web site."""
    match path.removeprefix(API).split("/") if path.startswith(API) else [path]:
        case ["models"]:
            return Route(surface=Surface.MODELS, asks="list")
        case ["models", "count"]:
            return Route(surface=Surface.MODELS, asks="count")
        case ["model", author, slug]:
            return Route(surface=Surface.MODELS, asks="one", model=f"{author}/{slug}")
        case ["models", author, slug, "endpoints"]:
            return Route(surface=Surface.ENDPOINTS, asks="list", model=f"{author}/{slug}")
        case ["providers"]:
            return Route(surface=Surface.PROVIDERS, asks="list")
        case ["endpoints", "zdr"]:
            return Route(surface=Surface.ZDR, asks="list")
        case [document] if document in {OPENAPI, CHANGELOG}:
            key = "openapi" if document == OPENAPI else "changelog"
            return Route(surface=Surface.SCHEMA, asks="document", key=key)
        case [other]:
            return _behind_the_pages(other, query)
        case _:
            return None


def respond(source: Source, route: Route, query: Mapping[str, str]) -> Answer:
    """Return the answer of a source on a route."""
    if route.surface is Surface.MODELS and route.asks != "one":
        return _models(source, route, query)
    body = _body(source, route)
    if body is None:
        return failure(404, "Not Found")
    if isinstance(body, str):
        return feed(body)
    return _as_recorded(body) if isinstance(body, Mapping) else encoded(body)


def nowhere(path: str) -> Answer:
    """Return what upstream answers on a path without a route: the web site's page."""
    return failure(404, "Not Found") if path.startswith(API) else page(404)


def _behind_the_pages(path: str, query: Mapping[str, str]) -> Route | None:
    found = surface_at(path)
    if found is None:
        return None
    surface, generation = found
    if surface in BY_MODEL:
        key = f"{query.get('permaslug', '')}|{query.get('variant', 'standard')}"
    else:
        key = query.get(PARAMETERS.get(surface, ""), "")
    return Route(surface=surface, asks="frontend", key=key, generation=generation)


def _body(source: Source, route: Route) -> object:
    match route.surface:
        case Surface.MODELS:
            return source.model(route.model)
        case Surface.ENDPOINTS:
            return source.endpoints(route.model)
        case Surface.PROVIDERS:
            return source.providers()
        case Surface.ZDR:
            return source.zdr()
        case surface:
            return source.of_frontend(surface, route.key, route.generation or Generation.Y2026)


def _as_recorded(body: Mapping[str, Any]) -> Answer:
    """Return a body under the status it had: an error's code is its HTTP status."""
    error = body.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return replace(encoded(body), status=code) if code in set(HTTPStatus) else encoded(body)


def _models(source: Source, route: Route, query: Mapping[str, str]) -> Answer:
    body = source.models()
    if not isinstance(body.get("data"), list):
        return _as_recorded(body)
    rows = _with_output(body["data"], query.get("output_modalities", "text"))
    if route.asks == "count":
        return encoded({"data": {"count": len(rows)}})
    if not query.keys() & {"offset", "limit"}:
        whole = len(rows) == len(body["data"])
        return encoded(body if whole else {**body, "data": rows, "total_count": len(rows)})
    offset, limit = _number(query.get("offset", "0")), _number(query.get("limit", str(DEFAULT_LIMIT)))
    if offset is None or limit is None or not 1 <= limit <= MOST_LIMIT:
        return failure(400, "offset must be 0 or more, limit between 1 and 1000")
    return encoded(_slice(body, rows, offset, limit, query))


def _slice(
    body: Mapping[str, Any], rows: list[Any], offset: int, limit: int, query: Mapping[str, str]
) -> Mapping[str, Any]:
    end = offset + limit
    following = urlencode({**query, "offset": end, "limit": limit})
    link = f"/api/v1/models?{following}" if end < len(rows) else None
    return {**body, "data": rows[offset:end], "total_count": len(rows), "links": {"next": link}}


def _with_output(rows: list[Any], wanted: str) -> list[Any]:
    if wanted == "all":
        return rows
    kinds = set(wanted.split(","))
    return [row for row in rows if kinds & set(row["architecture"]["output_modalities"])]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
