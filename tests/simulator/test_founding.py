from __future__ import annotations

import time
from collections import Counter
from decimal import Decimal

import orjson
import pytest

from watcher.catalog.names import ModelId, is_alias, is_router, variant_of
from watcher.simulator.catalog import cheapest
from watcher.simulator.founding import found
from watcher.simulator.offers import printed
from watcher.simulator.world import Scene

MINUTE = 29_900_000


def everything(seed: int, models: int) -> bytes:
    scene = Scene(catalog=found(seed, models), minute=MINUTE)
    bodies = [scene.models(), scene.providers(), scene.frontend_providers(), scene.zdr()]
    return orjson.dumps(bodies)


def test_the_same_seed_makes_the_same_bytes() -> None:
    assert everything(7, 60) == everything(7, 60)


def test_another_seed_makes_another_catalog() -> None:
    assert everything(7, 60) != everything(8, 60)


@pytest.mark.parametrize("models", [12, 60, 400, 2000])
def test_a_catalog_has_exactly_as_many_rows_as_were_asked_for(models: int) -> None:
    assert len(found(1, models).listings) == models


def test_a_catalog_too_small_for_one_of_each_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 12 models, not 5"):
        found(1, 5)


def test_five_thousand_models_are_made_in_a_few_seconds() -> None:
    began = time.perf_counter()

    found(1, 5000)

    assert time.perf_counter() - began < 20


def test_every_kind_of_row_is_listed() -> None:
    listings = found(3, 200).listings

    kinds = Counter(variant_of(ModelId(id_)) for id_ in listings)

    assert kinds["free"] == 10
    assert kinds["batch"] == 28
    assert kinds["thinking"] == 2
    assert sum(is_alias(ModelId(id_)) for id_ in listings) == 7
    assert sum(is_router(ModelId(id_)) for id_ in listings) == 2


def test_every_alias_names_a_row_that_is_listed() -> None:
    listings = found(3, 400).listings

    targets = {row.alias_target for row in listings.values() if row.alias_target}

    assert targets <= listings.keys()


def test_rows_stand_newest_first_as_upstream_lists_them() -> None:
    created = [row.created for row in found(1, 200).listings.values()]

    assert created == sorted(created, reverse=True)


def test_prices_are_plain_decimal_strings_and_some_are_ugly_rationals() -> None:
    offers = [offer for row in found(1, 400).listings.values() for offer in row.offers]
    prices = [price for offer in offers for price in offer.prices.values()]

    assert not any("e" in price.lower() for price in prices)
    assert any(len(price) > 20 for price in prices)
    assert all(Decimal(price) >= 0 for price in prices)


def test_the_catalog_has_tiers_windows_lengths_discounts_and_charges_per_request() -> None:
    offers = [offer for row in found(1, 400).listings.values() for offer in row.offers]

    assert {offer.service_tier for offer in offers} == {None, "flex", "priority"}
    assert any("utc_start" in override for offer in offers for override in offer.overrides)
    assert any("min_prompt_tokens" in override for offer in offers for override in offer.overrides)
    assert any(offer.discount < 0 for offer in offers)
    assert any("request" in offer.prices for offer in offers)


def test_a_service_tier_is_never_the_cheapest_offer_of_a_model() -> None:
    listings = found(1, 400).listings.values()
    tiered = next(row for row in listings if any(offer.service_tier == "flex" for offer in row.offers))

    flex = next(offer for offer in tiered.offers if offer.service_tier == "flex")

    assert cheapest(tiered, "prompt") != Decimal(flex.prices["prompt"]) or len(tiered.offers) > 3


def test_a_price_is_printed_without_exponent_and_trailing_zeros() -> None:
    assert printed(Decimal("0.25e-6")) == "0.00000025"
    assert printed(Decimal(1) / Decimal(24_000_000)) == "0.0000000416666666666667"
    assert printed(Decimal(0)) == "0"
    assert printed(Decimal(10)) == "10"
