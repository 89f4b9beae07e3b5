"""Apprise as a transport for one URL: no retries, no threads, no storage of its own, and nothing it logs."""

from __future__ import annotations

import functools
import hashlib
from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

from watcher.alerts.alert import Status
from watcher.alerts.notification import Notification
from watcher.alerts.severity import Severity
from watcher.delivery import answers, library
from watcher.delivery.addresses import peer_check
from watcher.delivery.evidence import Evidence
from watcher.delivery.guard import REFUSED, Trace, guarded
from watcher.delivery.quotes import quotable
from watcher.delivery.target import AppriseTarget
from watcher.delivery.targets import instantiate
from watcher.delivery.transport import Post
from watcher.messages.mail import MAIL_LIMIT, mail
from watcher.messages.plain import PLAIN_LIMIT, plain
from watcher.messages.slack import slack

if TYPE_CHECKING:
    from apprise import NotifyBase

SPACING = {"slack": timedelta(seconds=1.2), "mail": timedelta(seconds=1)}
"""Slack takes one message a second and channel (Slack docs); mail servers dislike bursts."""

TYPES = {Severity.INFO: "info", Severity.WARNING: "warning", Severity.CRITICAL: "failure"}
TITLE_MARKUP = 16
"""Room for what Apprise puts round a title, such as bold in Telegram."""

NO_TIMEOUT = 3600.0
"""Apprise's own limits lie beyond our deadline: they would end a send that goes well."""


class Letter(NamedTuple):
    """What Apprise is handed."""

    title: str
    body: str
    body_format: str


class AppriseTransport:
    """One plugin, kept for the life of its lane."""

    def __init__(self, target: AppriseTarget, zone: tzinfo) -> None:
        self._target = target
        self._zone = zone
        self._plugin = _tamed(instantiate(target.url), target.kind)
        answers.install()
        self._apprise = library.load().Apprise(asset=self._plugin.asset)
        self._apprise.add(self._plugin)
        self._allowed = peer_check(target.url, allow_private=target.allow_private)

    @property
    def spacing(self) -> timedelta:
        """Return what the kind of service asks for."""
        return SPACING.get(self._target.kind, timedelta(0))

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:
        """Return the send of a notification in the words of its medium."""
        letter = self._letter(notification, repeat=repeat)
        notify_type = _type_of(notification)
        name = f"{notification.id}.{_fingerprint(self._target)}"

        def post(limit: timedelta) -> Evidence:
            with guarded(limit, self._allowed) as trace, answers.message_id(name):
                result = self._apprise.notify(
                    title=letter.title,
                    body=letter.body,
                    body_format=letter.body_format,
                    notify_type=notify_type,
                )
                delivered = bool(result)
            return trace.evidence(delivered=delivered, detail=self._detail(trace, delivered=delivered))

        return post

    def _letter(self, notification: Notification, *, repeat: bool) -> Letter:
        match self._target.kind:
            case "slack" if self._formats("markdown"):
                words = slack(notification, self._zone, repeat=repeat)
                return Letter(words.title, words.body, "markdown")
            case "mail" if self._formats("html"):
                subject, html, _ = mail(notification, self._zone, limit=MAIL_LIMIT, repeat=repeat)
                return Letter(subject, html, "html")
            case _:
                room = min(self._plugin.body_maxlen, PLAIN_LIMIT)
                words = plain(notification, self._zone, repeat=repeat)
                # Where a service has no titles, Apprise puts ours above the body.
                left = max(room - len(words.title) - TITLE_MARKUP, 1)
                if len(words.body) > left:
                    words = plain(notification, self._zone, limit=left, repeat=repeat)
                return Letter(words.title, words.body, "text")

    def _formats(self, wanted: str) -> bool:
        # The URL's own `format=` may ask for less.
        return str(self._plugin.resolve_format(wanted).value) == wanted

    def _detail(self, trace: Trace, *, delivered: bool) -> str:
        if trace.refused:
            return REFUSED
        if trace.cut:
            return "cut at our deadline"
        if trace.lacks:
            return trace.lacks
        words = quotable(trace.words, self._target.url, self._target.label)
        said = f": {words}" if words else ""
        if trace.smtp is not None:
            return f"SMTP {trace.smtp}{said}"
        if trace.http is not None:
            return f"HTTP {trace.http}{said}"
        return "delivered" if delivered else trace.error or "the service reported a failure"


def _tamed(plugin: Any, kind: str) -> NotifyBase:
    plugin.request_rate_per_sec = 0
    plugin.socket_connect_timeout = NO_TIMEOUT
    plugin.socket_read_timeout = NO_TIMEOUT
    if kind == "mail":
        plugin.headers = {**plugin.headers, "Auto-Submitted": "auto-generated"}
    if kind == "slack":
        # Our body is mrkdwn already, escaped by us; Apprise would read it as CommonMark.
        plugin.dialect_convert = lambda body, body_format=None: body  # noqa: ARG005  # Apprise's signature
        plugin._send = _with_preview(plugin._send)  # noqa: SLF001  # the one place where a payload is whole
    tamed: NotifyBase = plugin
    return tamed


def _with_preview(send: Any) -> Any:
    """Give attachments the text that a lock screen shows: without it Slack shows none (Slack docs)."""

    @functools.wraps(send)
    def send_previewed(url: str, payload: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        for attachment in payload.get("attachments", ()):
            if "title" in attachment:
                attachment.setdefault("fallback", attachment["title"])
        return send(url, payload, *args, **kwargs)

    return send_previewed


def _type_of(notification: Notification) -> str:
    return "success" if notification.status is Status.RESOLVED else TYPES[notification.severity]


def _fingerprint(target: AppriseTarget) -> str:
    return hashlib.sha256(f"{target.receiver}\n{target.label}".encode()).hexdigest()[:8]
