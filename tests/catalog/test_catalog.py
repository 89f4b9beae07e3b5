"""The words of the catalog: names, prices, policies, and what is free."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.builders import endpoint, free, key, model, tariff, window
from watcher.catalog.names import ModelId, author_of, base_of, is_alias, is_router, tier_of, variant_of
from watcher.catalog.policy import is_worse
from watcher.catalog.price import Override, percent_between, standing


def test_an_id_tells_its_author_base_and_variant() -> None:
    name = ModelId("tencent/hy3:free")

    assert (author_of(name), base_of(name), variant_of(name)) == ("tencent", "tencent/hy3", "free")
    assert variant_of(ModelId("tencent/hy3")) == "standard"
    assert author_of(ModelId("~google/gemini-flash-latest")) == "google"


def test_aliases_and_routers_are_known_by_their_ids() -> None:
    assert (is_alias(ModelId("~google/gemini-flash-latest")), is_alias(ModelId("google/gemini"))) == (
        True,
        False,
    )
    assert (is_router(ModelId("openrouter/auto")), is_router(ModelId("google/gemini"))) == (True, False)


@pytest.mark.parametrize(
    ("tag", "tier"),
    [("openai/flex", "flex"), ("openai", "standard"), ("flex", "standard"), ("deepinfra/fp8", "standard")],
)
def test_a_tag_names_its_service_tier(tag: str, tier: str) -> None:
    assert tier_of(tag) == tier
    assert endpoint("a/one", tag).endpoint.tier == tier


def test_a_tier_that_the_row_names_counts_before_the_tag() -> None:
    assert endpoint("a/one", "openai", service_tier="priority").endpoint.tier == "priority"


def test_an_endpoint_is_named_with_its_ordinal_only_where_tags_are_equal() -> None:
    assert str(key("a/one", "novita")) == "a/one @ novita"
    assert str(key("a/one", "novita", 1)) == "a/one @ novita #2"


def test_free_is_when_nothing_is_charged_for_anything() -> None:
    assert free("a/one").is_free
    assert model("a/one", tariff=tariff("0", "0", image="0")).is_free
    assert not model("a/one", tariff=tariff("0", "0", web_search="0.01")).is_free
    assert not model("a/one", tariff=tariff("0", None)).is_free
    assert not model("a/one", prompt="0", completion="0.1").is_free


def test_a_price_under_a_condition_is_a_price() -> None:
    at_length = Override(min_prompt_tokens=1000, meters={"prompt": Decimal(1)})

    assert not tariff("0", "0", overrides=(at_length,)).is_free
    assert not at_length.is_scheduled
    assert window(0, 800, prompt="1").is_scheduled


def test_a_scheduled_price_stands_at_its_highest_window() -> None:
    scheduled = tariff("1", "1", overrides=(window(0, 800, prompt="2"), window(800, 2400, prompt="3")))

    assert (standing(scheduled, "prompt"), standing(scheduled, "completion")) == (Decimal(3), Decimal(1))
    assert scheduled.is_scheduled


def test_a_dynamic_or_absent_price_does_not_stand() -> None:
    assert standing(tariff("-1", "1"), "prompt") is None
    assert standing(tariff("1", "1"), "image") is None


def test_a_percentage_of_nothing_is_none() -> None:
    assert percent_between(Decimal(0), Decimal(1)) is None
    assert percent_between(Decimal(4), Decimal(5)) == 25


def test_more_retention_is_worse_and_more_zero_retention_is_not() -> None:
    assert is_worse("retention_days", 7, 30)
    assert not is_worse("retention_days", 30, 7)
    assert is_worse("zdr", old=True, new=False)
    assert not is_worse("zdr", old=False, new=True)
