"""Truths about prices: an endpoint's price moves, or a model costs nothing for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from tests.benchmarks.planting.calm import Calm, offers_of
from tests.benchmarks.planting.day import Body, Day
from tests.benchmarks.planting.rules import BECOMES_FREE, CHEAPEST, HOUR, OFFERS, Threshold
from tests.benchmarks.planting.truth import Due, Span, Truth

METERS = ("prompt", "completion")
TIERS = ("flex", "priority", "ultrafast")
NIL = Decimal(0)
FREE = {"prompt": "0", "completion": "0"}
WINDOW = ("utc_start", "utc_end", "utc_days")
MOVED = "price moves"
Price = Callable[[Body, str, int], Decimal]
"""What an endpoint costs by a meter at a place."""


def price_moved(day: Day, calm: Calm, model: str, *, tag: str, factor: Decimal, span: Span) -> Truth:
    """Return the truth that an endpoint costs ``factor`` times as much for a while."""

    offers = calm.offers[model]

    def price(offer: Body, meter: str, place: int) -> Decimal:
        moved = offer["tag"] == tag and span.begins <= place < span.ends
        return standing(offer, meter) * (factor if moved else 1)

    due = _all_due(day, model, tag, offers, price)
    return Truth(kind=MOVED, subject=model, spans=(span,), plant=_dearer(model, tag, factor), due=due)


def price_moved_twice(
    day: Day, calm: Calm, model: str, *, tag: str, factors: tuple[Decimal, Decimal], spans: tuple[Span, Span]
) -> tuple[Truth, Truth]:
    """Return the truths that an endpoint's price moves, and moves on before it is back."""
    offers = calm.offers[model]

    def price(offer: Body, meter: str, place: int) -> Decimal:
        now = [
            factor for factor, span in zip(factors, spans, strict=True) if span.begins <= place < span.ends
        ]
        return standing(offer, meter) * (now[0] if now and offer["tag"] == tag else 1)

    # What is due follows from both together.
    dues = (_all_due(day, model, tag, offers, price), ())
    first, second = (
        Truth(kind=MOVED, subject=model, spans=(span,), plant=_dearer(model, tag, factor), due=due)
        for factor, span, due in zip(factors, spans, dues, strict=True)
    )
    return first, second


def free_for_a_while(day: Day, calm: Calm, model: str, span: Span) -> Truth:
    """Return the truth that a model costs nothing for a while: its row, and each of its endpoints."""

    def plant(poll: Body) -> None:
        for row in poll["models"]["data"]:
            if row["id"] == model:
                row["pricing"] = dict(FREE)
        for offer in offers_of(poll, model):
            offer["pricing"] = FREE | {"discount": 0}

    def price(offer: Body, meter: str, place: int) -> Decimal:
        return NIL if span.begins <= place < span.ends else standing(offer, meter)

    offers = calm.offers[model]
    led = {offer["tag"].partition("/")[0] for offer in offers if is_standard(offer)}
    alone = [offer for offer in offers if is_standard(offer) or offer["tag"].partition("/")[0] not in led]
    due = [*_offers_due(day, model, alone, price), *cheapest_due(day, model, offers, price)]
    told = day.lasted(span.begins, BECOMES_FREE, span.ends)
    if told is not None:
        due.append(Due("new-free-variant", model, "free", day.times[span.begins], day.times[told]))
    if told is not None and span.ends < len(day):
        # What was not free for long enough to be told is not told as gone.
        ended = day.times[span.ends]
        due.append(Due("free-variant-gone", model, "free", ended, ended))
    return Truth(kind="models become free", subject=model, spans=(span,), plant=plant, due=tuple(due))


def _dearer(model: str, tag: str, factor: Decimal) -> Callable[[Body], None]:
    def plant(poll: Body) -> None:
        for offer in offers_of(poll, model):
            if offer["tag"] == tag:
                for tariff in (offer["pricing"], *(offer["pricing"].get("overrides") or ())):
                    tariff |= {m: format(Decimal(tariff[m]) * factor, "f") for m in METERS if m in tariff}

    return plant


def _all_due(day: Day, model: str, tag: str, offers: Sequence[Body], price: Price) -> tuple[Due, ...]:
    mine = [offer for offer in offers if offer["tag"] == tag]
    return (*_offers_due(day, model, mine, price), *cheapest_due(day, model, offers, price))


def _offers_due(day: Day, model: str, offers: Sequence[Body], price: Price) -> Iterator[Due]:
    for offer in offers:
        for meter in METERS:
            series = [price(offer, meter, place) for place in range(len(day))]
            yield from moves_due(day, OFFERS, f"{model} @ {offer['tag']}", meter, series)


def cheapest_due(day: Day, model: str, offers: Sequence[Body], price: Price) -> Iterator[Due]:
    """Yield what is due of the cheapest price of a model's standard endpoints."""
    ordinary = [offer for offer in offers if is_standard(offer)]
    for meter in METERS if ordinary else ():
        series = [min(price(offer, meter, place) for offer in ordinary) for place in range(len(day))]
        yield from moves_due(day, CHEAPEST, model, meter, series)


def moves_due(
    day: Day, rules: Mapping[str, Threshold], subject: str, meter: str, series: Sequence[Decimal]
) -> Iterator[Due]:
    """Yield what each rule must tell of a price, given for every poll."""
    for rule, threshold in rules.items():
        for began, told in moves(day, threshold, series):
            yield Due(rule, subject, f"pricing.{meter}", day.times[began], day.times[told])


def moves(day: Day, threshold: Threshold, series: Sequence[Decimal]) -> Iterator[tuple[int, int]]:
    """Yield the place at which each move began, and the one at which it must be told.

    Measured against what was last told; a move the other way becomes the measure when it has lasted an hour.
    """
    anchor, since = series[0], 0
    for place, price in enumerate(series):
        kind = _kind(threshold, anchor, price)
        if place == 0 or kind != _kind(threshold, anchor, series[place - 1]):
            since = place
        wait = threshold.lasting if kind == "told" else max(threshold.lasting, HOUR)
        if kind == "near" or not _has_lasted(day, since, place, wait):
            continue
        if kind == "told":
            yield since, place
        anchor = price


def _kind(threshold: Threshold, anchor: Decimal, price: Decimal) -> str:
    if not _is_far(anchor, price, threshold.percent):
        return "near"
    return "told" if threshold.way in ("any", "up" if price > anchor else "down") else "other way"


def _is_far(old: Decimal, new: Decimal, percent: int) -> bool:
    if old == new:
        return False
    return NIL in (old, new) or abs(new - old) * 100 / old >= percent


def _has_lasted(day: Day, since: int, place: int, wait: timedelta) -> bool:
    met = day.lasted(since, wait)
    return met is not None and met <= place


def standing(offer: Body, meter: str) -> Decimal:
    """Return what an endpoint costs for good: the dearest hour where its prices follow the clock."""
    timed = [
        Decimal(each[meter])
        for each in offer["pricing"].get("overrides") or ()
        if meter in each and any(each.get(name) is not None for name in WINDOW)
    ]
    return max(timed) if timed else Decimal(offer["pricing"][meter])


def is_priced(offers: Sequence[Body]) -> bool:
    """Tell whether each endpoint costs something, in and out."""
    return all(
        offer["pricing"].get(meter) is not None and standing(offer, meter) > 0
        for offer in offers
        for meter in METERS
    )


def is_standard(offer: Body) -> bool:
    """Tell whether an endpoint is of the standard service tier."""
    return offer["tag"].rpartition("/")[2] not in TIERS or "/" not in offer["tag"]
