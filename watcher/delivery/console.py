"""The console: plain words on a stream."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from typing import TextIO

from watcher.alerts.notification import Notification
from watcher.delivery.evidence import Evidence
from watcher.delivery.transport import Post
from watcher.messages.plain import plain


class ConsoleTransport:
    """Writes title and body; whatever would steer a terminal was made visible by the words themselves."""

    def __init__(self, stream: TextIO, zone: tzinfo) -> None:
        self._stream = stream
        self._zone = zone

    @property
    def spacing(self) -> timedelta:
        """Return none."""
        return timedelta(0)

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:
        """Return the printing of a notification."""
        words = plain(notification, self._zone, repeat=repeat)
        encoding = self._stream.encoding or "utf-8"
        text = f"{words.title}\n\n{words.body}\n".encode(encoding, "backslashreplace").decode(encoding)

        def post(limit: timedelta) -> Evidence:  # noqa: ARG001  # a terminal has no deadline
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, ValueError) as error:
                return Evidence(detail=type(error).__name__)
            return Evidence(delivered=True, detail="written")

        return post
