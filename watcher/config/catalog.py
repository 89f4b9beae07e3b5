"""The catalog: which one is read, how often and how politely."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from watcher.catalog.names import BEHIND_THE_PAGES, Surface
from watcher.config.forms import fill
from watcher.config.part import Part
from watcher.config.problems import Findings
from watcher.config.secret import Secret
from watcher.config.secret_files import Surroundings
from watcher.config.sections import CatalogSection
from watcher.config.settings import CatalogSettings
from watcher.config.tree import Entries
from watcher.rules.rulebook import DEFAULT_INTERVALS, SLOW

SHORTEST = timedelta(minutes=1)
CONFIRM_AFTER = timedelta(minutes=15)

LONGEST_URL = 2000
NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?")
NUMBERS = re.compile(r"[0-9.]+|.*:.*")
"""A host that can be nothing but an address."""


def read_catalog(top: Entries, around: Surroundings, findings: Findings) -> CatalogSettings:
    """Return the catalog's settings; where the file says nothing, the defaults."""
    node = top.entries.get("catalog") or Entries(place=top.place)
    part = Part(node=node, path=("catalog",), around=around, findings=findings)
    form = fill(CatalogSection, node, part.path, findings) or CatalogSection.model_validate({})
    base = _checked_base(form.base_url, part)
    return CatalogSettings(
        base_url=form.base_url.rstrip("/"),
        api_key=_checked_key(part.secret("api_key", form.api_key, form.api_key_file), part),
        every=_every(form, part, may_be_short=base is not None and _is_loopback(base)),
        frontend=form.frontend,
        max_requests_per_minute=form.max_requests_per_minute,
        max_requests_per_hour=form.max_requests_per_hour,
        confirm_after=CONFIRM_AFTER if form.confirm_after is None else form.confirm_after,
        archive=None if form.archive is None else around.path(form.archive),
        archive_for=form.archive_for,
    )


def _checked_key(key: Secret | None, part: Part) -> Secret | None:
    """Return the key if a header can carry it, which takes more than one line or a typographic quote."""
    if key is None:
        return None
    text = key.reveal().strip()
    if text.isascii() and text.isprintable():
        return key
    held = "api_key" if part.has("api_key") else "api_key_file"
    part.wrong("no key: it holds letters or line ends that no request can carry", held)
    return None


def _checked_base(url: str, part: Part) -> SplitResult | None:
    try:
        base = urlsplit(url)
        is_url = base.port != 0 and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
        message = _fault(base) if is_url else "no URL"
    except ValueError:
        base, message = None, "no URL"
    if message is None:
        return base
    part.wrong(message, "base_url")
    return None


def _fault(base: SplitResult) -> str | None:
    if base.scheme not in ("http", "https") or not base.hostname:
        return "no catalog's address: it starts with https://, as in https://openrouter.ai"
    if not _is_host(base.hostname):
        return "no host's name; one with other letters than a to z is written as xn--…"
    if base.query or base.fragment or base.username is not None:
        return "wants a bare address, without user, query or fragment; the key goes to `api_key`"
    if base.scheme == "http" and not _is_near(base.hostname):
        return "http:// would send what is asked and any key in the clear; write https://"
    return None


def _is_host(name: str) -> bool:
    try:
        if NUMBERS.fullmatch(name):
            ip_address(name)
            return True
        name.encode("ascii").decode("idna").encode(
            "idna"
        )  # no part of it is empty, too long or coded wrongly
    except ValueError:
        return False
    return NAME.fullmatch(name) is not None


def _is_near(host: str) -> bool:
    """Tell whether a host is in the own network: a loopback or private address, or a name without a dot."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".test"))


def _is_loopback(base: SplitResult) -> bool:
    host = base.hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _every(form: CatalogSection, part: Part, *, may_be_short: bool) -> Mapping[Surface, timedelta]:
    every = dict(DEFAULT_INTERVALS)
    for name in type(form.every).model_fields:
        interval: timedelta | None = getattr(form.every, name)
        if interval is None:
            continue
        if interval < SHORTEST and not may_be_short:
            message = "under a minute, which only a loopback base_url allows: upstream caches for five"
            part.wrong(message, "every", name)
        every[Surface(name)] = interval
    frontend = every[Surface.FRONTEND]
    pages = {surface: frontend * SLOW.get(surface, 1) for surface in BEHIND_THE_PAGES}
    return every | pages
