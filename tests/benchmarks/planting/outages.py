"""Truths about outages: nobody serves a model well for a while."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tests.benchmarks.planting.calm import offers_of
from tests.benchmarks.planting.day import Body, Day
from tests.benchmarks.planting.rules import MINUTE, OUTAGES
from tests.benchmarks.planting.truth import Due, Span, Truth
from watcher.rules.patience import TOLERANCE


def out_for_a_while(day: Day, model: str, uptime: float, span: Span) -> Truth:
    """Return the truth that every endpoint of a model is up so many percent of the time, for a while.

    A model's outage explains those of its endpoints: of them nothing is due.
    """

    def plant(poll: Body) -> None:
        for offer in offers_of(poll, model):
            offer |= {"uptime_last_5m": uptime, "uptime_last_30m": uptime, "status": -5}

    due = (
        Due(rule, model, "uptime_30m", day.times[span.begins], day.times[told])
        for rule, wait in OUTAGES.items()
        for told in _told(day, span, wait)
    )
    return Truth(kind="outages", subject=model, spans=(span,), plant=plant, due=tuple(due))


def _told(day: Day, span: Span, wait: timedelta) -> Iterator[int]:
    """Yield the place at which it has lasted; time between readings too far apart is not counted."""
    most = 2 * max(15 * MINUTE, day.interval)
    lasted = timedelta(0)
    for place in range(span.begins, span.ends):
        apart = day.times[place] - day.times[place - 1]
        if place > span.begins and apart <= most:
            lasted += apart
        if lasted >= wait * TOLERANCE:
            yield place
            return
