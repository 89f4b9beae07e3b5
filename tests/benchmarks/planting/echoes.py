"""Truths of which nothing must be told: the polls differ, and the world does not."""

from __future__ import annotations

from tests.benchmarks.planting.calm import offers_of
from tests.benchmarks.planting.day import Body
from tests.benchmarks.planting.truth import Span, Truth

KIND = "echoes"


def endpoint_renamed(model: str, tag: str, span: Span) -> Truth:
    """Return that an endpoint has another tag for a while, and all else as before."""

    def plant(poll: Body) -> None:
        for offer in offers_of(poll, model):
            if offer["tag"] == tag:
                offer["tag"] = f"{tag}-renamed"

    return Truth(kind=KIND, subject=model, spans=(span,), plant=plant, due=())


def row_follows_another(model: str, leading: Body, span: Span) -> Truth:
    """Return that a model's row shows the prices and lengths of another of its endpoints for a while."""

    def plant(poll: Body) -> None:
        row = next(each for each in poll["models"]["data"] if each["id"] == model)
        row["pricing"] = {name: price for name, price in leading["pricing"].items() if name != "discount"}
        row["context_length"] = leading["context_length"]

    return Truth(kind=KIND, subject=model, spans=(span,), plant=plant, due=())


def rows_turned(model: str, span: Span) -> Truth:
    """Return that a model comes first, and its endpoints in another order, for a while."""

    def plant(poll: Body) -> None:
        poll["models"]["data"].sort(key=lambda row: str(row["id"] != model))
        offers = list(offers_of(poll, model))
        if offers:
            poll["endpoints"][model]["data"]["endpoints"] = offers[::-1]

    return Truth(kind=KIND, subject=model, spans=(span,), plant=plant, due=())
