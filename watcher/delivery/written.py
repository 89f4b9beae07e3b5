"""Addresses as a mail URL writes them, to notice those that Apprise leaves out without a word."""

from __future__ import annotations

from collections.abc import Collection
from email.utils import getaddresses
from urllib.parse import parse_qsl, unquote, urlsplit

ADDRESSEES = frozenset({"to", "cc", "bcc"})


def left_out(url: str, accepted: Collection[str]) -> tuple[str, ...]:
    """Return the recipients that a mail URL writes and that are not among the accepted addresses."""
    parts = urlsplit(url)
    listed = [value for name, value in parse_qsl(parts.query) if name.lower() in ADDRESSEES]
    # A path is only read as recipients: mail has no resource of its own.
    written = [*listed, *(unquote(piece) for piece in parts.path.split("/") if piece)]
    known = {address.lower() for address in accepted}
    addresses = (address for _, address in getaddresses([text.replace(";", ",") for text in written]))
    asked = dict.fromkeys(address.strip() for address in addresses if address.strip())
    return tuple(address for address in asked if address.lower() not in known)
