"""Recipients: whom an Apprise plugin writes to, read from the plugin itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apprise import NotifyBase

LISTS = ("channels", "targets")
COPIES = ("cc", "bcc")
"""Apprise counts neither among a plugin's targets, and reports a refused copy as a failure of all."""

TOPIC_IS_KEY = frozenset({"ntfy", "ntfys"})
"""Who knows the topic can read it: it is no label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """How many there are, what they are called in public, and what sort of service they are at."""

    schema: str
    kind: str
    count: int
    names: tuple[str, ...]
    label: str


def recipients_of(plugin: NotifyBase) -> Recipients:
    """Return whom a plugin writes to; ``len`` of a plugin is the number of its targets (Apprise)."""
    schema = str(plugin.schema)
    listed = [] if schema in TOPIC_IS_KEY else _named(plugin, LISTS)
    copies = _named(plugin, COPIES)
    return Recipients(
        schema=schema,
        kind=_kind(plugin, schema),
        count=len(plugin) + len(copies),
        names=(*listed, *copies),
        label=listed[0] if listed else _host(plugin, schema),
    )


def _kind(plugin: NotifyBase, schema: str) -> str:
    # Apprise is loaded by whoever made the plugin.
    from apprise.plugins.email.base import NotifyEmail  # noqa: PLC0415  # the reason stands above
    from apprise.plugins.slack import NotifySlack  # noqa: PLC0415  # the reason stands above

    if isinstance(plugin, NotifySlack):
        return "slack"
    return "mail" if isinstance(plugin, NotifyEmail) else schema


def _named(plugin: NotifyBase, attributes: Iterable[str]) -> list[str]:
    lists = (getattr(plugin, attribute, None) for attribute in attributes)
    values = (value for found in lists if isinstance(found, list | tuple | set) for value in found)
    return [str(name) for name in map(_name, values) if name]


def _name(value: Any) -> Any:
    # Mail targets are (name or False, address), Telegram's (chat, topic or None).
    if isinstance(value, tuple):
        return next((part for part in reversed(value) if part), None)
    return value


def _host(plugin: NotifyBase, schema: str) -> str:
    templates: tuple[str, ...] = plugin.templates
    has_host = all("://{host}" in template or "@{host}" in template for template in templates)
    if not has_host or not plugin.host:
        return schema
    return f"{schema} {plugin.host}" + (f":{plugin.port}" if plugin.port else "")
