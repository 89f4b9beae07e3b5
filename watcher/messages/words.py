"""Words: a notification in one medium, cut to what the medium takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from watcher.alerts.notification import Notification
from watcher.messages.page import MAX_ROWS, Page, lay_out
from watcher.messages.safe import ELLIPSIS

FEWER = (10, 5, 2, 1)
"""How many alerts are listed where the medium's limit leaves no room for all that a page may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A title of one line and a body of several."""

    title: str
    body: str


def fit(
    notification: Notification, zone: tzinfo, dress: Callable[[Page], str], *, limit: int, repeat: bool
) -> tuple[Page, str]:
    """Return the longest page whose dressed text has at most ``limit`` characters, with that text.

    When even one row is too long, its middle is cut: the end carries the ids and the commands.
    """
    page = lay_out(notification, zone, rows=MAX_ROWS, repeat=repeat)
    text = dress(page)
    for rows in FEWER:
        if len(text) <= limit:
            break
        page = lay_out(notification, zone, rows=rows, repeat=repeat)
        text = dress(page)
    return page, _cut_middle(text, limit)


def _cut_middle(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    tail = min(200, limit // 2)
    return text[: max(limit - tail - 1, 0)] + ELLIPSIS + text[len(text) - tail :]
