"""Slack: mrkdwn in which only our own links are live."""

from __future__ import annotations

from datetime import tzinfo

from watcher.alerts.notification import Notification
from watcher.messages.page import Page
from watcher.messages.render import escape_mrkdwn, render
from watcher.messages.words import Words, fit

SLACK_LIMIT = 7_500
"""Slack folds what is longer behind "show more" and refuses texts of 40,000 characters."""


def slack(
    notification: Notification, zone: tzinfo, *, limit: int = SLACK_LIMIT, repeat: bool = False
) -> Words:
    """Return a title in plain text, not escaped, and a body in mrkdwn, escaped."""
    page, body = fit(notification, zone, _dress, limit=limit, repeat=repeat)
    return Words(title=page.title, body=body)


def _dress(page: Page) -> str:
    return render("slack.txt", page, escape_mrkdwn)
