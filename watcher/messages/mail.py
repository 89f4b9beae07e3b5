"""Mail: a subject, HTML for those who want a table, and plain text for everybody."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from watcher.alerts.notification import Notification
from watcher.messages.page import Page
from watcher.messages.plain import plain
from watcher.messages.render import escape_html, render
from watcher.messages.words import fit

MAIL_LIMIT = 60_000


class Letter(NamedTuple):
    """One mail's three texts."""

    subject: str
    html: str
    text: str


def mail(
    notification: Notification, zone: tzinfo, *, limit: int = MAIL_LIMIT, repeat: bool = False
) -> Letter:
    """Return the letter; ``limit`` holds for either body, in characters. The HTML loads nothing."""
    page, html = fit(notification, zone, _dress, limit=limit, repeat=repeat)
    return Letter(page.title, html, plain(notification, zone, limit=limit, repeat=repeat).body)


def _dress(page: Page) -> str:
    return render("mail.html", page, escape_html)
