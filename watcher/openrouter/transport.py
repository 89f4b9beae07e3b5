"""The door to httpx: its transport, one level below its client.

The client's cookies, redirects, hooks and URL merging cost as much again as the request itself, and we need
none of them (our redirects are stricter).
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from ipaddress import ip_address
from urllib.request import getproxies, proxy_bypass

import httpx

KEEPALIVE_SECONDS = 30.0


def open_transport(base: httpx.URL, concurrency: int) -> httpx.AsyncHTTPTransport:
    """Return a transport with at most ``concurrency`` connections, through the environment's proxy if any."""
    _spare_the_search_for_sniffio()
    return httpx.AsyncHTTPTransport(
        proxy=proxy_for(base),
        limits=httpx.Limits(
            max_connections=concurrency,
            max_keepalive_connections=concurrency,
            keepalive_expiry=KEEPALIVE_SECONDS,
        ),
    )


def proxy_for(base: httpx.URL) -> str | None:
    """Return the proxy that ``http_proxy`` and its kin name for a host, or None; loopback needs none."""
    proxies = getproxies()
    proxy = proxies.get(base.scheme) or proxies.get("all")
    if not proxy or _is_loopback(base.host) or proxy_bypass(base.host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _spare_the_search_for_sniffio() -> None:
    """Let Python remember that sniffio is not installed, where it is not.

    httpcore tries to import it four times a request, and Python searches the disk anew each time: a third of
    the CPU of a request (measured). None in ``sys.modules`` is Python's own word for "there is none".
    """
    if "sniffio" not in sys.modules and find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]  # typeshed does not know this documented use
