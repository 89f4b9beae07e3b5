"""Headlines: what a phone shows of a notification."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from watcher.alerts.alert import Alert
from watcher.messages.common import in_common
from watcher.messages.fields import field_name
from watcher.messages.prices import one_course, price_headline
from watcher.messages.restless import restless_headline
from watcher.messages.safe import cut, visible
from watcher.messages.telling import Telling, is_kind, provider_of

NAMED = 2
"""How many subjects a title names when they have nothing in common."""

IN_BRACKETS = re.compile(r" \([^()]*\)$")
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
        whole = restless_headline(alerts) if _all_restless(alerts) else price_headline(alerts)
        return whole or _of_one(subjects[0], alerts, tellings)
    named = _named(alerts, tellings)
    if len(subjects) <= NAMED + 1 and len(named) <= SHORT:
        return named
    counted = _counted(alerts, tellings)
    shared = [fact for fact in in_common(alerts) if not _is_said(fact, counted)]
    return f"{counted}: {', '.join(shared) if shared else _some(subjects)}"


def _named(alerts: Sequence[Alert], tellings: Sequence[Telling]) -> str:
    """Return what happened to whom: ``1 model back: a/b; 2 models down: c/d, e/f``."""
    if course := one_course(alerts):
        return f"{len(alerts)} {course.noun} {course.span}: {_all_of(alerts)}{_place(alerts)}"
    sorts: dict[tuple[str, str], list[Alert]] = {}
    for alert, telling in zip(alerts, tellings, strict=True):
        sorts.setdefault((telling.one, telling.many), []).append(alert)
    return "; ".join(
        f"{len(some)} {one if len(some) == 1 else many}{_when(some)}: {_all_of(some)}"
        for (one, many), some in sorts.items()
    )


def _all_of(alerts: Sequence[Alert]) -> str:
    return ", ".join(dict.fromkeys(alert.subject for alert in alerts))


def _place(alerts: Sequence[Alert]) -> str:
    """Return `` at DeepInfra`` where models are cheapest at one provider, all of them."""
    places = {provider_of(alert) for alert in alerts}
    at = places.pop() if len(places) == 1 and not any(alert.endpoint for alert in alerts) else ""
    return f" at {at}" if at else ""


def _is_said(fact: str, counted: str) -> bool:
    """Tell whether the count says already that they were free, how far they moved, or when they expire."""
    is_move = fact.startswith(("all up ", "all down ")) and "%" in counted
    return is_move or fact.startswith("all on ") or ("free" in fact and "free" in counted)


def _when(alerts: Sequence[Alert]) -> str:
    """Return `` on 2026-07-19`` for what expires that day, or the first of several days."""
    days = {str(alert.new) for alert in alerts if alert.event == "model.deprecated" and alert.new}
    if not days:
        return ""
    return f" on {days.pop()}" if len(days) == 1 else f", the first on {min(days)}"


def _of_one(subject: str, alerts: Sequence[Alert], tellings: Sequence[Telling]) -> str:
    whole = f"{subject}: {'; '.join(_once(dict.fromkeys(telling.in_short for telling in tellings)))}"
    if len(whole) <= SHORT:
        return whole
    fields = ", ".join(dict.fromkeys(field_name(alert.field) for alert in alerts if alert.field))
    if not fields:
        return whole
    how = "move again and again" if _all_restless(alerts) else "changed"
    return f"{subject}: {fields} {how}"


def _once(phrases: Iterable[str]) -> list[str]:
    """Return phrases of which only the last says in brackets what all of them say there."""
    said = list(phrases)
    ends = {found[0] if (found := IN_BRACKETS.search(phrase)) else "" for phrase in said}
    end = ends.pop() if len(ends) == 1 else ""
    return [*(phrase.removesuffix(end) for phrase in said[:-1]), said[-1]]


def _all_restless(alerts: Sequence[Alert]) -> bool:
    return all(is_kind(alert, "restless") for alert in alerts)


def _counted(alerts: Sequence[Alert], tellings: Sequence[Telling]) -> str:
    if course := one_course(alerts):
        kind, subjects = alerts[0].event.partition(".")[0], len({alert.subject for alert in alerts})
        whose = f" of {subjects} {kind}s" if subjects < len(alerts) else ""
        return f"{len(alerts)} {course.noun}{whose} {course.span}"
    counts = Counter((telling.one, telling.many) for telling in tellings)
    said = ", ".join(f"{count} {one if count == 1 else many}" for (one, many), count in counts.items())
    return said + (_when(alerts) if len(counts) == 1 else "")


def _some(subjects: Sequence[str]) -> str:
    if len(subjects) <= NAMED + 1 and len(", ".join(subjects)) <= SHORT:
        return ", ".join(subjects)
    if len(", ".join(subjects[:NAMED])) > SHORT:
        return f"{subjects[0]} and {len(subjects) - 1} more"
    return f"{', '.join(subjects[:NAMED])} and {len(subjects) - NAMED} more"
