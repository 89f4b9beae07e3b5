"""Headlines: what a phone shows of a notification."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from watcher.alerts.alert import Alert
from watcher.messages.common import in_common
from watcher.messages.prices import price_headline
from watcher.messages.safe import cut, visible
from watcher.messages.telling import Telling

NAMED = 2
"""How many subjects a title names when they have nothing in common."""


def headline(alerts: Sequence[Alert], tellings: Sequence[Telling], limit: int) -> str:
    """Return one line of at most ``limit`` characters that says it all, or how many and what they share."""
    return cut(visible(_headline(alerts, tellings)), limit)


def _headline(alerts: Sequence[Alert], tellings: Sequence[Telling]) -> str:
    if len(alerts) == 1:
        return tellings[0].headline
    subjects = list(dict.fromkeys(alert.subject for alert in alerts))
    if len(subjects) == 1:
        return price_headline(alerts) or _of_one(subjects[0], tellings)
    shared = in_common(alerts)
    return f"{_counted(tellings)}: {', '.join(shared) if shared else _some(subjects)}"


def _of_one(subject: str, tellings: Sequence[Telling]) -> str:
    return f"{subject}: {'; '.join(dict.fromkeys(telling.phrase for telling in tellings))}"


def _counted(tellings: Sequence[Telling]) -> str:
    counts = Counter((telling.one, telling.many) for telling in tellings)
    return ", ".join(f"{count} {one if count == 1 else many}" for (one, many), count in counts.items())


def _some(subjects: Sequence[str]) -> str:
    if len(subjects) <= NAMED + 1:
        return ", ".join(subjects)
    return f"{', '.join(subjects[:NAMED])} and {len(subjects) - NAMED} more"
