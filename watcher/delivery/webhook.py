"""Webhooks: the notification as JSON, signed after Standard Webhooks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo

import httpx

from watcher import __version__
from watcher.alerts.notification import Notification
from watcher.alerts.wire import notification_to_json
from watcher.delivery.addresses import peer_check
from watcher.delivery.answers import LONGEST_ANSWER, WORDS
from watcher.delivery.evidence import Evidence
from watcher.delivery.guard import REFUSED, PeerRefusedError, Trace, guarded
from watcher.delivery.quotes import quotable
from watcher.delivery.target import WebhookTarget
from watcher.delivery.transport import Post
from watcher.messages.plain import plain

NO_TIMEOUT = 3600.0
"""The guard's deadline is the only one: it holds for the whole, not for each read."""

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class WebhookTransport:
    """POSTs to one URL; anything 2xx is a delivery."""

    def __init__(self, target: WebhookTarget, zone: tzinfo, wall: Callable[[], datetime]) -> None:
        self._target = target
        self._zone = zone
        self._wall = wall
        self._allowed = peer_check(target.url, allow_private=target.allow_private)
        # A kept connection would be unknown to the guard of the next send.
        self._client = httpx.Client(
            follow_redirects=False, timeout=NO_TIMEOUT, limits=httpx.Limits(max_keepalive_connections=0)
        )

    @property
    def spacing(self) -> timedelta:
        """Return none: webhooks are machines."""
        return timedelta(0)

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:
        """Return the send of a notification; every repeat carries the same ``webhook-id``."""
        body = as_json(notification, self._zone, repeat=repeat)

        def post(limit: timedelta) -> Evidence:
            headers = self._headers(notification.id, body)
            with guarded(limit, self._allowed) as trace:
                error = self._post(body, headers, trace)
            delivered = trace.http is not None and httpx.codes.is_success(trace.http)
            return trace.evidence(delivered=delivered, detail=self._detail(trace, error))

        return post

    def _post(self, body: str, headers: Mapping[str, str], trace: Trace) -> str:
        request = self._client.build_request(
            "POST", self._target.url, content=body.encode(), headers=dict(headers)
        )
        try:
            response = self._client.send(request, stream=True)
        except (httpx.HTTPError, PeerRefusedError) as error:
            trace.nothing_sent = isinstance(error, NOT_SENT)
            return type(error).__name__
        trace.http, trace.retry_after = response.status_code, response.headers.get("Retry-After")
        trace.words = _beginning(response)
        return ""

    def _headers(self, name: str, body: str) -> dict[str, str]:
        now = self._wall()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"catalog-watcher/{__version__}",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
        }
        if self._target.secret is not None:
            # Of no use to whoever signs nothing.
            from standardwebhooks.webhooks import Webhook  # noqa: PLC0415  # the reason stands above

            headers["webhook-signature"] = Webhook(self._target.secret).sign(name, now, body)
        return headers

    def _detail(self, trace: Trace, error: str) -> str:
        if trace.refused:
            return REFUSED
        if trace.cut:
            return "cut at our deadline"
        if trace.http is None:
            return error or "no answer"
        words = quotable(trace.words, self._target.url, self._target.label)
        return f"HTTP {trace.http}" + (f": {words}" if words else "")


def as_json(notification: Notification, zone: tzinfo, *, repeat: bool) -> str:
    """Return the notification with its plain words as one line of JSON."""
    words = plain(notification, zone, repeat=repeat)
    content = notification_to_json(notification) | {"title": words.title, "body": words.body}
    return json.dumps(content | ({"possible_repeat": True} if repeat else {}), allow_nan=False)


def _beginning(response: httpx.Response) -> str:
    read = b""
    try:
        for chunk in response.iter_raw(8192):
            read += chunk
            if len(read) >= min(WORDS, LONGEST_ANSWER):
                break
    except httpx.HTTPError:
        return ""  # the status is what counts, and it came
    finally:
        response.close()
    return read[:WORDS].decode("utf-8", "replace")
