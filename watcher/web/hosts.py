"""Hosts: under which names the pages may be asked for.

A web page whose own name is made to lead here (DNS rebinding) could read them in its visitor's browser. Such
a request carries that page's name; an address and ``localhost`` cannot be rebound.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address

LOCALHOST = "localhost"


def is_meant(host: str, known: Collection[str]) -> bool:
    """Tell whether a request with this Host header is for us; ``known`` are names in lower case."""
    name = _without_port(host.strip().lower())
    return name == LOCALHOST or name in known or _is_address(name)


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0].removeprefix("[")
    return host.partition(":")[0].removesuffix(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
