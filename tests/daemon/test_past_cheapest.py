"""What a model's cheapest prices were before it was watched, as far as that can be known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from tests.builders import NOON, days, endpoint, offers, rulebook, seen, window
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.past import PricePoint, PriceSeries
from watcher.catalog.price import Tariff
from watcher.catalog.sheets import AskedSheet, ListedPricesSheet
from watcher.daemon.past.past_cheapest import cheapest_past
from watcher.judgement.decide import decide
from watcher.judgement.state import State

GLM = ModelId("z-ai/glm")


def ago(count: float) -> datetime:
    return NOON - days(count)


def watched(*found: object) -> State:
    return decide(State(), seen(NOON, endpoints=offers(*found)), rulebook(), NOON).state  # type: ignore[arg-type]


def course(*points: tuple[float, str | None]) -> tuple[PricePoint, ...]:
    """Give (days ago, USD per token)."""
    return tuple(PricePoint(ago(back), None if price is None else Decimal(price)) for back, price in points)


def series(
    provider: str, scheduled: bool = False, **meters: tuple[PricePoint, ...]
) -> PriceSeries:  # a fact of the series
    return PriceSeries(
        uuid=f"uuid-{provider}",
        provider=provider,
        provider_name=None,
        meters=meters,
        scheduled=scheduled,
    )


def listed(*found: PriceSeries) -> ListedPricesSheet:
    return AskedSheet(surface=Surface.LISTED_PRICES, rows={GLM: found})


def moves(sheet: ListedPricesSheet, state: State) -> list[tuple[float, str | None, object, object]]:
    """Give the days ago, the field, and what it was and became."""
    found = list(cheapest_past(sheet, state))
    assert all((change.subject, change.event) == (GLM, "model.price_changed") for change in found)
    return [((NOON - change.at) / days(1), change.field, change.old, change.new) for change in found]


TWO = watched(
    endpoint(GLM, "novita", prompt="0.000002", completion=None),
    endpoint(GLM, "azure", prompt="0.000003", completion=None),
)


def test_the_lowest_of_all_offers_is_what_a_model_cost_at_each_instant() -> None:
    sheet = listed(
        series("novita", prompt=course((90, "0.000005"), (40, "0.000004"), (10, "0.000002"))),
        series("azure", prompt=course((60, "0.000003"))),
    )

    assert moves(sheet, TWO) == [
        (60, "pricing.prompt", "0.000005", "0.000003"),
        (10, "pricing.prompt", "0.000003", "0.000002"),
    ]


def test_an_offer_that_was_not_to_be_had_for_a_while_was_not_the_cheapest_then() -> None:
    sheet = listed(
        series("novita", prompt=course((90, "0.000002"), (40, None), (10, "0.000002"))),
        series("azure", prompt=course((60, "0.000003"))),
    )

    assert [(back, new) for back, _, _, new in moves(sheet, TWO)] == [
        (40, "0.000003"),
        (10, "0.000002"),
    ]


def test_while_one_offer_does_not_say_what_its_tokens_cost_nobody_is_known_to_be_cheapest() -> None:
    silent = series("azure", completion=course((60, "0.000001")), prompt=course((60, None), (20, "0.000003")))
    sheet = listed(series("novita", prompt=course((90, "0.000005"), (40, "0.000002"))), silent)

    assert [(back, new) for back, field, _, new in moves(sheet, TWO) if field == "pricing.prompt"] == [
        (20, "0.000002")
    ]


@pytest.mark.parametrize(
    "other",
    [
        (),
        (series("azure", scheduled=True, prompt=course((60, "0.000003"))),),
        (series("azure", prompt=course((60, "0.000009"))),),
        (series("someone", prompt=course((60, "0.000003"))),),
    ],
    ids=["no series", "moved by the clock", "not the price that we saw", "of somebody unknown"],
)
def test_where_the_past_of_one_offer_is_unknown_nothing_is_said(other: tuple[PriceSeries, ...]) -> None:
    known = series("novita", prompt=course((90, "0.000005"), (40, "0.000002")))

    assert moves(listed(known, *other), TWO) == []


def test_offers_that_play_no_part_in_what_is_cheapest_need_no_past() -> None:
    state = watched(
        endpoint(GLM, "novita", prompt="0.000002", completion=None),
        endpoint(GLM, "openai/flex", prompt="0.000001", completion=None),
        endpoint(GLM, "azure", prompt="0.000001", completion=None, disabled=True),
    )
    sheet = listed(series("novita", prompt=course((90, "0.000005"), (40, "0.000002"))))

    assert [(back, new) for back, _, _, new in moves(sheet, state)] == [(40, "0.000002")]


def test_a_model_with_a_price_that_the_clock_moves_has_no_known_past() -> None:
    (offer,) = [endpoint(GLM, "novita", prompt="0.000002", completion=None)]
    tariff = Tariff(meters=offer.endpoint.tariff.meters, overrides=(window(100, 400, prompt="0.000003"),))
    state = watched(offer._replace(endpoint=replace(offer.endpoint, tariff=tariff)))

    assert moves(listed(series("novita", prompt=course((90, "0.000005"), (4, "0.000003")))), state) == []


def test_what_came_after_we_began_and_dynamic_prices_are_no_past() -> None:
    alone = watched(endpoint(GLM, "novita", prompt="0.000002", completion=None))
    sheet = listed(
        series(
            "novita",
            prompt=course((90, "0.000005"), (50, "-1"), (40, "0.000002"), (-1, "0.000001"), (-9, None)),
        )
    )

    assert [(back, new) for back, _, _, new in moves(sheet, alone)] == [(40, "0.000002")]


def test_a_model_whose_endpoints_are_unknown_has_no_past() -> None:
    assert moves(listed(series("novita", prompt=course((90, "1")))), State()) == []
