"""Plain text: for terminals, phones and whatever knows no markup; at most 80 columns where ids allow."""

from __future__ import annotations

from datetime import tzinfo

from watcher.alerts.notification import Notification
from watcher.messages.page import Page
from watcher.messages.render import escape_nothing, render
from watcher.messages.words import Words, fit

PLAIN_LIMIT = 30_000


def plain(
    notification: Notification, zone: tzinfo, *, limit: int = PLAIN_LIMIT, repeat: bool = False
) -> Words:
    """Return title and body without markup; ``limit`` is the body's, in characters.

    ``repeat`` says that an earlier try may have arrived.
    """
    page, body = fit(notification, zone, _dress, limit=limit, repeat=repeat)
    return Words(title=page.title, body=body)


def _dress(page: Page) -> str:
    return render("plain.txt", page, escape_nothing)
