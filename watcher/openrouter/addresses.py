"""Addresses: the catalog's URLs, and which redirects stay with its host."""

from __future__ import annotations

from urllib.parse import quote

import httpx

from watcher.catalog.names import ModelId

MODELS = "/api/v1/models?output_modalities=all"
"""Without the parameter only models that put out text are listed (OpenRouter docs)."""

MODELS_COUNT = "/api/v1/models/count?output_modalities=all"
PROVIDERS = "/api/v1/providers"
ZDR = "/api/v1/endpoints/zdr"
DOCUMENTED = "/api/v1/"
LONGEST_ID = 300
DEFAULT_PORTS = {"http": 80, "https": 443}


def endpoints_path(model: ModelId) -> str | None:
    """Return the path of a model's endpoints, or None for an id that no path can carry.

    An id comes from the catalog: it must not climb out of its place by dots, nor end the path early.
    """
    if len(model) > LONGEST_ID or any(part in {"", ".", ".."} for part in model.split("/")):
        return None
    return f"/api/v1/models/{quote(model, safe='/~:@', errors='replace')}/endpoints"


def stays(origin: httpx.URL, target: httpx.URL) -> bool:
    """Tell whether a redirect or link leads to the same host and port; only a step up to TLS is allowed."""
    if target.host != origin.host or target.userinfo:
        return False
    if target.scheme == origin.scheme:
        return _port(target) == _port(origin)
    upgraded = (origin.scheme, target.scheme) == ("http", "https")
    return upgraded and (_port(origin), _port(target)) == (80, 443)


def joined(here: httpx.URL, link: str) -> httpx.URL | None:
    """Return where a link found at ``here`` leads, or None when it is no URL."""
    try:
        return here.join(link)
    except (httpx.InvalidURL, ValueError):
        return None


def _port(url: httpx.URL) -> int | None:
    return url.port or DEFAULT_PORTS.get(url.scheme)
