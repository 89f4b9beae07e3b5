"""Requests: what we send, who we say we are, and who gets the key."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from watcher import __version__
from watcher.openrouter.addresses import DOCUMENTED
from watcher.openrouter.limits import Limits

USER_AGENT = f"catalog-watcher/{__version__} (+https://github.com/catalog-watcher/catalog-watcher)"


class Requests:
    """Makes the requests of one catalog; each may be sent many times.

    Raises ``ValueError`` for a URL or a key that no request can carry. The key goes to the documented API of
    the catalog's own host alone.
    """

    def __init__(self, base_url: str, *, api_key: str | None, user_agent: str, limits: Limits) -> None:
        self._base = base_url.rstrip("/")
        self.base = _checked_base(self._base)
        self._plain = {"User-Agent": user_agent, "Accept": "application/json", "Accept-Encoding": "gzip"}
        self._documented = {**self._plain, **_authorization(api_key)}
        self._extensions = {"timeout": _timeouts(limits)}

    def url(self, path: str) -> httpx.URL:
        """Return the URL of a path of the catalog, query included."""
        return httpx.URL(self._base + path)

    def get(self, url: httpx.URL) -> httpx.Request:
        """Return the request for a URL of the catalog's host."""
        headers = self._documented if DOCUMENTED in url.path else self._plain
        return httpx.Request("GET", url, headers=headers, extensions=self._extensions)


def _checked_base(base_url: str) -> httpx.URL:
    try:
        base = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ValueError(f"the catalog's base_url is no URL: {error}") from error
    if base.scheme not in {"http", "https"} or not base.host:
        raise ValueError("the catalog's base_url must begin with http:// or https:// and name a host")
    return base


def _authorization(api_key: str | None) -> Mapping[str, str]:
    key = (api_key or "").strip()
    if not key:
        return {}
    if not (key.isascii() and key.isprintable()):
        raise ValueError("the catalog's api_key holds characters that no header can carry")
    return {"Authorization": f"Bearer {key}"}


def _timeouts(limits: Limits) -> Mapping[str, float | None]:
    """Return httpcore's timeouts; waiting for a connection counts towards the total alone."""
    read = limits.read.total_seconds()
    return {"connect": limits.connect.total_seconds(), "read": read, "write": read, "pool": None}
