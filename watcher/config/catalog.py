"""The catalog: which one is read, how often and how politely."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from watcher.catalog.names import Surface
from watcher.config.forms import fill
from watcher.config.problems import Findings
from watcher.config.secret import Secret
from watcher.config.secret_files import Surroundings
from watcher.config.sections import CatalogSection
from watcher.config.settings import CatalogSettings
from watcher.config.tree import Entries, Node, follow, key_place
from watcher.rules.rulebook import DEFAULT_INTERVALS

SHORTEST = timedelta(minutes=1)
CONFIRM_AFTER = timedelta(minutes=15)


def read_catalog(node: Node | None, top: Node, around: Surroundings, findings: Findings) -> CatalogSettings:
    """Return the catalog's settings; where the file says nothing, the defaults."""
    written = node or Entries(place=top.place)
    form = fill(CatalogSection, written, ("catalog",), findings) or CatalogSection()
    base = _checked_base(form.base_url, written, findings)
    every = _every(form, written, findings, may_be_short=base is not None and _is_loopback(base))
    return CatalogSettings(
        base_url=form.base_url.rstrip("/"),
        api_key=read_secret(written, "api_key", form.api_key, form.api_key_file, around, findings),
        every=every,
        frontend=form.frontend,
        max_requests_per_minute=form.max_requests_per_minute,
        confirm_after=CONFIRM_AFTER if form.confirm_after is None else form.confirm_after,
        archive=None if form.archive is None else around.path(form.archive),
    )


def read_secret(
    node: Node,
    key: str,
    given: Secret | None,
    in_file: str | None,
    around: Surroundings,
    findings: Findings,
    path: tuple[str, ...] = ("catalog",),
) -> Secret | None:
    """Return a secret that stands in the file, or in one that its ``*_file`` key names."""
    if in_file is None:
        return given
    file_key = f"{key}_file"
    if given is not None:
        findings.wrong(key_place(node, (file_key,)), (*path, file_key), f"`{key}` or `{file_key}`, not both")
    try:
        return around.secret(in_file)
    except ValueError as error:
        findings.wrong(follow(node, (file_key,))[0].place, (*path, file_key), str(error))
    return None


def _checked_base(url: str, node: Node, findings: Findings) -> SplitResult | None:
    try:
        base = urlsplit(url)
        _ = base.port
        message = _fault(base)
    except ValueError:
        base, message = None, "no URL"
    if message is None:
        return base
    findings.wrong(follow(node, ("base_url",))[0].place, ("catalog", "base_url"), message)
    return None


def _fault(base: SplitResult) -> str | None:
    if base.scheme not in ("http", "https") or not base.hostname:
        return "no catalog's address: it starts with https://, as in https://openrouter.ai"
    if base.query or base.fragment or base.username is not None:
        return "wants a bare address, without user, query or fragment; the key goes to `api_key`"
    if base.scheme == "http" and not _is_near(base.hostname):
        return "http:// would send what is asked and any key in the clear; write https://"
    return None


def _is_near(host: str) -> bool:
    """Tell whether a host is this machine or one of its own network: a loopback or private address, or a bare name."""
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


def _every(
    form: CatalogSection, node: Node, findings: Findings, *, may_be_short: bool
) -> Mapping[Surface, timedelta]:
    every = dict(DEFAULT_INTERVALS)
    for surface in Surface:
        interval: timedelta | None = getattr(form.every, surface.value)
        if interval is None:
            continue
        if interval < SHORTEST and not may_be_short:
            message = "under a minute tells nothing more: upstream caches for five (allowed for a loopback base_url)"
            place = follow(node, ("every", surface.value))[0].place
            findings.wrong(place, ("catalog", "every", surface.value), message)
        every[surface] = interval
    return every
