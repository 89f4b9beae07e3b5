"""Addresses: which peers a send may reach, whatever a name resolved to."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import parse_qs, urlsplit

Address = IPv4Address | IPv6Address
NEVER = tuple(
    ip_network(net) for net in ("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "100.100.100.200/32")
)
"""Link-local, and the addresses at which clouds hand out credentials (AWS, Azure, GCP, Alibaba docs)."""

NAT64 = ip_network("64:ff9b::/96")


def is_allowed(peer: str, *, private: bool) -> bool:
    """Tell whether a send may talk to a peer given as an address in text.

    Metadata and link-local ones are always refused; loopback and private ones only pass where ``private``.
    """
    address = _address(peer)
    if address is None or any(address in net for net in NEVER if net.version == address.version):
        return False
    if address.is_multicast:
        return False
    return private or address.is_global


def names_private(url: str) -> bool:
    """Tell whether a URL itself names a private address or localhost, as its host or as its mail server."""
    parts = urlsplit(url)
    servers = parse_qs(parts.query).get("smtp", [])
    return any(_is_private_name(host) for host in (parts.hostname or "", *servers))


def peer_check(url: str, *, allow_private: bool) -> Callable[[str], bool]:
    """Return the check for all peers of a send to a URL."""
    private = allow_private or names_private(url)
    return lambda peer: is_allowed(peer, private=private)


def _is_private_name(host: str) -> bool:
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _address(name)
    return address is not None and not address.is_global


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
