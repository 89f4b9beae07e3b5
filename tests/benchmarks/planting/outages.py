"""Truths about outages: nobody serves a model well for a while, or one of its endpoints does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from tests.benchmarks.planting.calm import offers_of
from tests.benchmarks.planting.day import MET, Body, Day
from tests.benchmarks.planting.prices import is_standard
from tests.benchmarks.planting.rules import MINUTE, OUTAGES, RECOVERED, UNWELL
from tests.benchmarks.planting.truth import Due, Span, Truth

FIELD = "uptime_30m"


def out_for_a_while(day: Day, model: str, uptime: float, spans: tuple[Span, ...]) -> Truth:
    """Return the truth that every endpoint of a model is up so many percent of the time, once or again.

    A model's outage explains those of its endpoints: of them nothing is due.
    """

    def plant(poll: Body) -> None:
        for offer in offers_of(poll, model):
            _lower(offer, uptime)

    due = tuple(_due(day, model, OUTAGES, spans))
    return Truth(kind="outages", subject=model, spans=spans, plant=plant, due=due)


def offer_out(day: Day, model: str, tag: str, uptime: float, span: Span) -> Truth:
    """Return the truth that one standard endpoint of several is down for a while; the others serve the model.

    Its service tiers show its uptimes, and nothing is due of them (5,182 of 5,182 such rows, observed).
    """

    def plant(poll: Body) -> None:
        for offer in offers_of(poll, model):
            if offer["tag"] == tag or (not is_standard(offer) and offer["tag"].rpartition("/")[0] == tag):
                _lower(offer, uptime)

    due = tuple(_due(day, f"{model} @ {tag}", UNWELL, (span,)))
    return Truth(kind="endpoints out", subject=model, spans=(span,), plant=plant, due=due)


def _lower(offer: Body, uptime: float) -> None:
    offer |= {"uptime_last_5m": uptime, "uptime_last_30m": uptime, "status": -5}


def _due(day: Day, subject: str, rules: Mapping[str, timedelta], spans: tuple[Span, ...]) -> Iterator[Due]:
    """Yield what is due; what begins before the last told one is over for long enough is still that one."""
    for rule, wait in rules.items():
        is_told = False
        for span, before in zip(spans, (None, *spans), strict=False):
            over = before is not None and day.lasted(before.ends, RECOVERED, span.begins) is not None
            is_told = is_told and not over
            told = None if is_told else _told(day, span, wait)
            if told is not None:
                is_told = True
                yield Due(rule, subject, FIELD, day.times[span.begins], day.times[told])


def _told(day: Day, span: Span, wait: timedelta) -> int | None:
    """Return the place at which it has lasted; time between readings too far apart is not counted."""
    most = 2 * max(15 * MINUTE, day.interval)
    lasted = timedelta(0)
    for place in range(span.begins, span.ends):
        apart = day.times[place] - day.times[place - 1]
        if place > span.begins and apart <= most:
            lasted += apart
        if lasted >= wait * MET:
            return place
    return None
