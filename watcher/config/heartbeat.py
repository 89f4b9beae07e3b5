"""The heartbeat: which URL hears that we live, and in whose language."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from watcher.config.forms import fill, is_broken
from watcher.config.part import Part
from watcher.config.secret import Secret
from watcher.config.sections import HeartbeatSection
from watcher.config.settings import HeartbeatSettings, HeartbeatStyle
from watcher.config.tree import Entries, Node, plain
from watcher.config.values import secret

KEY = "heartbeat"
HEALTHCHECKS = "hc-ping.com"
"""Where healthchecks.io takes pings; whoever runs one of their own writes ``style: healthchecks``."""


def read_heartbeat(part: Part, in_file: str | None) -> HeartbeatSettings | None:
    """Return the heartbeat of a whole file, its ``part``; None where there is none, or where it is wrong.

    ``in_file`` is what ``heartbeat_file`` names.
    """
    node = part.node.entries.get(KEY) if isinstance(part.node, Entries) else None
    if isinstance(node, Entries):
        return _from_mapping(part, node)
    return _settings(part.secret(KEY, _written(part, node), in_file), None, part, KEY)


def _from_mapping(whole: Part, node: Entries) -> HeartbeatSettings | None:
    part = Part(node=node, path=(KEY,), around=whole.around, findings=whole.findings)
    if whole.has(f"{KEY}_file"):
        whole.wrong_key(f"`{KEY}` or `{KEY}_file`, not both", f"{KEY}_file")
    form = fill(HeartbeatSection, node, part.path, part.findings)
    if form is None:
        return None
    if not (part.has("url") or part.has("url_file")):
        part.wrong("wants the key 'url' or 'url_file'")
    return _settings(part.secret("url", form.url, form.url_file), form.style, part, "url")


def _written(part: Part, node: Node | None) -> Secret | None:
    if node is None or is_broken(node):
        return None
    try:
        return secret(plain(node))
    except ValueError as error:
        part.wrong(str(error), KEY)
    return None


def _settings(
    url: Secret | None, style: HeartbeatStyle | None, part: Part, key: str
) -> HeartbeatSettings | None:
    if url is None:
        return None
    where = _parts(url.reveal())
    if where is None:
        part.wrong("is no URL that can be pinged: it starts with https:// or http://", key)
        return None
    known = HeartbeatStyle.HEALTHCHECKS if where.hostname == HEALTHCHECKS else HeartbeatStyle.PLAIN
    return HeartbeatSettings(url=url, style=style or known)


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    usable = parts.scheme in ("http", "https") and parts.hostname and url.isprintable() and " " not in url
    return parts if usable else None
