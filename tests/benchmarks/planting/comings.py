"""Truths about who is there: models, free variants, endpoints and providers come and go."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tests.benchmarks.planting.calm import Calm
from tests.benchmarks.planting.day import Body, Day
from tests.benchmarks.planting.prices import FREE, cheapest_due, is_standard, standing
from tests.benchmarks.planting.rules import CONFIRMED
from tests.benchmarks.planting.truth import Due, Span, Truth

NOWHERE = Decimal("Infinity")


def free_variant(day: Day, model: str, spans: tuple[Span, ...]) -> Truth:
    """Return the truth that a free variant of a model is there for a while, perhaps a second time too."""
    name = f"{model}:free"

    def plant(poll: Body) -> None:
        row = copy.deepcopy(next(each for each in poll["models"]["data"] if each["id"] == model))
        row |= {"id": name, "name": f"{row['name']} (free)", "pricing": dict(FREE)}
        _list(poll, [row, *poll["models"]["data"]])
        # Some recordings ask for the endpoints of base ids alone.
        if any(each.endswith(":free") for each in poll["endpoints"]):
            body = copy.deepcopy(poll["endpoints"][model])
            up = {"uptime_last_30m": 99.5, "uptime_last_5m": 99.5, "pricing": FREE | {"discount": 0}}
            body["data"] |= {"id": name, "endpoints": [each | up for each in body["data"]["endpoints"][:1]]}
            poll["endpoints"][name] = body

    def due() -> Iterator[Due]:
        come = day.times[spans[0].begins]
        yield Due("new-free-variant", name, None, come, come)
        yield Due("model-added", name, None, come, come)
        following = [*(span.begins for span in spans[1:]), len(day)]
        for span, back in zip(spans, following, strict=True):
            yield from _absence(day, ("model-removed", "model-added"), name, Span(span.ends, back))
            # Being free goes with the model, and comes back with it.
            yield from _absence(day, ("free-variant-gone",) * 2, name, Span(span.ends, back))

    return Truth(kind="free variants", subject=model, spans=spans, plant=plant, due=tuple(due()))


def model_gone(day: Day, model: str, span: Span) -> Truth:
    """Return the truth that a model is in no list for a while."""

    def plant(poll: Body) -> None:
        _list(poll, [row for row in poll["models"]["data"] if row["id"] != model])
        poll["endpoints"].pop(model, None)

    due = _absence(day, ("model-removed", "model-added"), model, span)
    return Truth(kind="models leave", subject=model, spans=(span,), plant=plant, due=tuple(due))


def offer_gone(day: Day, calm: Calm, model: str, tag: str, span: Span) -> Truth:
    """Return the truth that an endpoint is not listed for a while; what it alone offered goes with it."""

    def plant(poll: Body) -> None:
        data = poll["endpoints"][model]["data"]
        data["endpoints"] = [offer for offer in data["endpoints"] if offer["tag"] != tag]

    believed = day.lasted(span.begins, CONFIRMED, span.ends)

    def price(offer: Body, meter: str, place: int) -> Decimal:
        gone = believed is not None and offer["tag"] == tag and believed <= place < span.ends
        return NOWHERE if gone else standing(offer, meter)

    due = (
        *_absence(day, ("offer-gone", "offer-come"), f"{model} @ {tag}", span),
        *cheapest_due(day, model, calm.offers[model], price),
        *_context_due(day, model, tag, calm.offers[model], believed),
    )
    return Truth(kind="endpoints leave", subject=model, spans=(span,), plant=plant, due=due)


def _context_due(
    day: Day, model: str, tag: str, offers: Sequence[Body], believed: int | None
) -> Iterator[Due]:
    """Yield what is due when the endpoint that takes most has left."""
    ordinary = [offer for offer in offers if is_standard(offer)]
    contexts: dict[str, int] = {offer["tag"]: offer.get("context_length") or 0 for offer in ordinary}
    left = [context for each, context in contexts.items() if each != tag]
    if believed is not None and left and all(contexts.values()) and max(left) < max(contexts.values()):
        yield Due("context-change", model, "context_length", day.times[believed], day.times[believed])


def provider_come(day: Day, calm: Calm, slug: str, span: Span) -> Truth:
    """Return the truth that a provider is listed for a while that never was before."""
    like = next(iter(calm.providers.values()))

    def plant(poll: Body) -> None:
        poll["providers"]["data"].append(copy.deepcopy(like) | {"slug": slug, "name": slug.title()})

    come = day.times[span.begins]
    due = (
        Due("provider-added", slug, None, come, come),
        *_absence(day, ("provider-removed", "provider-added"), slug, Span(span.ends, len(day))),
    )
    return Truth(kind="providers come", subject=slug, spans=(span,), plant=plant, due=due)


def _absence(day: Day, rules: tuple[str, str], subject: str, span: Span) -> Iterator[Due]:
    """Yield what is due of an absence: that it was gone once that is sure, and then its return."""
    gone, back = rules
    told = day.lasted(span.begins, CONFIRMED, span.ends) if span.begins < len(day) else None
    if told is None:
        return
    yield Due(gone, subject, None, day.times[span.begins], day.times[told])
    if span.ends < len(day):
        yield Due(back, subject, None, day.times[span.ends], day.times[span.ends])


def _list(poll: Body, rows: list[Body]) -> None:
    models = poll["models"]
    if "total_count" in models:
        models["total_count"] += len(rows) - len(models["data"])
    models["data"] = rows
