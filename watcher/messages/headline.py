"""Headlines: what a phone shows of a notification."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from watcher.alerts.alert import Alert
from watcher.messages.common import in_common
from watcher.messages.fields import field_name
from watcher.messages.prices import price_headline
from watcher.messages.safe import cut, visible
from watcher.messages.telling import Telling, is_kind

NAMED = 2
"""How many subjects a title names when they have nothing in common."""

SHORT = 100
"""So many characters a lock screen shows, about; what is longer is told by its names."""


def headline(alerts: Sequence[Alert], tellings: Sequence[Telling], limit: int) -> str:
    """Return one line of at most ``limit`` characters that says it all, or how many and what they share."""
    return cut(visible(_headline(alerts, tellings)), limit)


def _headline(alerts: Sequence[Alert], tellings: Sequence[Telling]) -> str:
    if len(alerts) == 1:
        return tellings[0].headline
    subjects = list(dict.fromkeys(alert.subject for alert in alerts))
    if len(subjects) == 1:
        return price_headline(alerts) or _of_one(subjects[0], alerts, tellings)
    counted = _counted(tellings)
    # Four free models gone have more in common than that they were free.
    shared = [fact for fact in in_common(alerts) if "free" not in fact or "free" not in counted]
    return f"{counted}: {', '.join(shared) if shared else _some(subjects)}"


def _of_one(subject: str, alerts: Sequence[Alert], tellings: Sequence[Telling]) -> str:
    whole = f"{subject}: {'; '.join(dict.fromkeys(telling.phrase for telling in tellings))}"
    if len(whole) <= SHORT:
        return whole
    fields = ", ".join(dict.fromkeys(field_name(alert.field) for alert in alerts if alert.field))
    if not fields:
        return whole
    return f"Restless: {subject}, {fields}" if _all_restless(alerts) else f"{subject}: {fields} changed"


def _all_restless(alerts: Sequence[Alert]) -> bool:
    return all(is_kind(alert, "restless") for alert in alerts)


def _counted(tellings: Sequence[Telling]) -> str:
    counts = Counter((telling.one, telling.many) for telling in tellings)
    return ", ".join(f"{count} {one if count == 1 else many}" for (one, many), count in counts.items())


def _some(subjects: Sequence[str]) -> str:
    if len(subjects) <= NAMED + 1 and len(", ".join(subjects)) <= SHORT:
        return ", ".join(subjects)
    if len(", ".join(subjects[:NAMED])) > SHORT:
        return f"{subjects[0]} and {len(subjects) - 1} more"
    return f"{', '.join(subjects[:NAMED])} and {len(subjects) - NAMED} more"
