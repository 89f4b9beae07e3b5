"""Reading targets: one URL, one target, and what to write instead where a URL names several.

TargetError                 the root: a sentence for the user, without a secret
├── UnknownSchema           no such service
├── UnreadableUrl           the service is known, the URL does not fit it
└── SeveralTargets          one URL that names several recipients; ``instead`` shows one for each
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.delivery import library
from watcher.delivery.recipients import Recipients, recipients_of
from watcher.delivery.target import AppriseTarget, ConsoleTarget, FileTarget, WebhookTarget
from watcher.delivery.written import left_out
from watcher.messages.safe import visible

if TYPE_CHECKING:
    from apprise import NotifyBase

MASK = "…"
LONGEST_SCHEMA = 30
SCHEMAS = re.compile(r"(?:^|[,;\s])\s*([A-Za-z0-9+.-]{1,30})://")
"""Where a URL begins: the first of a text, and each that follows another one."""


class TargetError(ValueError):
    """A target that cannot be used as it is written."""


class UnknownSchema(TargetError):
    """No service answers to this schema."""


class UnreadableUrl(TargetError):
    """The service is known; this is not how its URLs are written."""


class SeveralTargets(TargetError):
    """One URL, several recipients: a failure could not be told apart from a success, nor sent again alone."""

    def __init__(self, count: int, instead: tuple[str, ...]) -> None:
        self.instead = instead
        shown = " and ".join(instead) if instead else "one URL for each"
        super().__init__(f"names {count} targets, and one URL is one target: write {shown}")


def parse(
    url: str, *, receiver: str = "", name: str | None = None, allow_private: bool = False
) -> AppriseTarget:
    """Return the one target an Apprise URL names; ``name`` replaces the label read from it.

    Raises a TargetError whose text shows nothing of the URL but its schema and its recipients.
    """
    _refuse_lists(url)
    plugin = instantiate(url)
    recipients = recipients_of(plugin)
    if recipients.kind == "mail":
        _refuse_lost(url, recipients)
    if recipients.count != 1:
        raise SeveralTargets(recipients.count, _instead(recipients))
    return AppriseTarget(
        receiver=receiver,
        label=visible(name or recipients.label),
        kind=recipients.kind,
        url=url,
        allow_private=allow_private,
    )


def _refuse_lost(url: str, recipients: Recipients) -> None:
    """Refuse addresses that Apprise would leave out: who is not written to is never told."""
    lost = left_out(url, recipients.names)
    if lost:
        raise UnreadableUrl(f"no mail address: {visible(', '.join(lost))}; write to=name@example.org")
    if not recipients.names:
        raise UnreadableUrl("names nobody to write to; add ?to=name@example.org")


def webhook(
    url: str,
    *,
    secret: str | None = None,
    receiver: str = "",
    name: str | None = None,
    allow_private: bool = False,
) -> WebhookTarget:
    """Return a webhook, labelled with its host; raises TargetError unless it is an http(s) URL."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UnreadableUrl("a webhook is an http:// or https:// URL with a host")
    if secret is not None:
        _refuse_secret(secret)
    label = visible(name or parts.hostname)
    return WebhookTarget(receiver=receiver, label=label, url=url, secret=secret, allow_private=allow_private)


def file(path: Path, *, receiver: str = "", name: str | None = None) -> FileTarget:
    """Return a file as a target, labelled with its name."""
    return FileTarget(receiver=receiver, label=visible(name or path.name), path=path)


def console(*, receiver: str = "", name: str | None = None) -> ConsoleTarget:
    """Return the terminal as a target."""
    return ConsoleTarget(receiver=receiver, label=visible(name or "console"))


def instantiate(url: str) -> NotifyBase:
    """Return Apprise's plugin for a URL, as it came; raises TargetError."""
    _refuse_unknown(url)
    plugin = library.plugin_of(url)
    if plugin is None:
        raise UnreadableUrl(
            f"this is not how a {_schema(url)}:// URL is written; see https://github.com/caronc/apprise/wiki"
        )
    return plugin


def _refuse_unknown(url: str) -> None:
    library.load()
    schema, known = _schema(url), library.services()
    if not schema:
        raise UnknownSchema("an Apprise URL begins with a service, as in slack://… or mailto://…")
    if schema in known:
        return
    if schema == "https" and library.plugin_of(url) is not None:
        return  # the address that a service itself gives out: Slack, Discord, ntfy.sh, Mattermost
    if schema in {"http", "https"}:
        raise UnknownSchema(
            f"{schema}:// is no Apprise URL; write it as `webhook:`, or as json{schema[4:]}://…"
        )
    near = get_close_matches(schema, known, n=1)
    hint = f"; did you mean {near[0]}://?" if near else ""
    raise UnknownSchema(f"no service is called {visible(schema)}://{hint}")


def _refuse_lists(url: str) -> None:
    schemas = SCHEMAS.findall(url)
    if len(schemas) > 1:
        raise SeveralTargets(len(schemas), tuple(f"{visible(schema)}://{MASK}" for schema in schemas))


def _refuse_secret(secret: str) -> None:
    # A library of webhooks, of no use to who has none.
    from standardwebhooks.webhooks import Webhook  # noqa: PLC0415  # the reason stands above

    try:
        Webhook(secret)
    except Exception as error:
        raise UnreadableUrl("the webhook's secret is not base64, as Standard Webhooks asks") from error


def _schema(url: str) -> str:
    schema, separator, _ = url.strip().partition("://")
    return schema.lower() if separator and schema.isascii() and len(schema) < LONGEST_SCHEMA else ""


def _instead(recipients: Recipients) -> tuple[str, ...]:
    sign = "?to=" if recipients.kind == "mail" else "/"
    return tuple(f"{recipients.schema}://{MASK}{sign}{visible(name)}" for name in recipients.names)
