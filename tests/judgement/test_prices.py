"""price-change: whose price counts, how far it must move, and what only looks like a move."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders import Offer, Story, endpoint, minutes, rule, rulebook, tariff, window
from watcher.catalog.price import Override
from watcher.judgement.decision import Gate

GLM = "z-ai/glm-5.2"


def after_polls(*polls: list[Offer], **parameters: Any) -> Story:
    """Judge one poll every quarter of an hour by a price-change that waits for nothing."""
    story = Story(rulebook(rule("price-change", **{"lasting": minutes(0)} | parameters)))
    for index, listed in enumerate(polls):
        story.poll(index * 15, endpoints=listed)
    return story


def alone(prompt: str, **facts: Any) -> list[Offer]:
    return [endpoint(GLM, "novita", prompt=prompt, **facts)]


def test_a_price_change_is_that_of_the_cheapest_offer() -> None:
    story = after_polls(
        [endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "groq", prompt="5")],
        [endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "groq", prompt="1")],
    )

    (alert,) = story.alerts
    assert (alert.old, alert.new, alert.provider) == ("2", "1", "groq")
    assert (alert.context["cheapest_provider"], alert.context["was_cheapest_provider"]) == ("Groq", "Novita")


def test_who_was_cheapest_is_told_also_when_the_price_had_to_last() -> None:
    story = Story(rulebook(rule("price-change")))
    story.poll(0, endpoints=[endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "groq", prompt="5")])
    cheaper = [endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "groq", prompt="1")]

    story.poll(15, endpoints=cheaper)
    story.poll(45, endpoints=cheaper)

    (alert,) = story.alerts
    assert (alert.context["cheapest_provider"], alert.context["was_cheapest_provider"]) == ("Groq", "Novita")


def test_a_dearer_offer_that_moves_changes_nothing_for_the_model() -> None:
    story = after_polls(
        [endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "groq", prompt="5")],
        [endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "groq", prompt="4")],
    )

    assert story.alerts == []


def test_each_meter_has_its_own_cheapest_offer() -> None:
    story = after_polls(
        [
            endpoint(GLM, "novita", prompt="1", completion="9"),
            endpoint(GLM, "groq", prompt="5", completion="3"),
        ],
        [
            endpoint(GLM, "novita", prompt="1", completion="2"),
            endpoint(GLM, "groq", prompt="5", completion="3"),
        ],
    )

    assert [(alert.field, alert.old, alert.new) for alert in story.alerts] == [
        ("pricing.completion", "3", "2")
    ]


def test_uptime_plays_no_part_in_who_is_cheapest() -> None:
    story = after_polls(
        [endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "groq", prompt="5")],
        [endpoint(GLM, "novita", prompt="2", uptime=0.0), endpoint(GLM, "groq", prompt="5")],
    )

    assert story.alerts == []


@pytest.mark.parametrize(
    "facts", [{"disabled": True}, {"service_tier": "flex"}], ids=["disabled", "another service tier"]
)
def test_what_is_not_on_offer_to_everybody_is_not_the_cheapest(facts: dict[str, Any]) -> None:
    story = after_polls(
        [endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "groq", prompt="1", **facts)],
        [endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "groq", prompt="0.5", **facts)],
    )

    assert story.alerts == []


def test_an_offer_counts_until_its_absence_is_confirmed() -> None:
    both = [endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "groq", prompt="1")]

    story = after_polls(both, both[:1], both, both[:1], both[:1])

    assert [(alert.old, alert.new) for alert in story.alerts] == [("1", "2")]


def test_a_move_of_percent_counts_and_a_little_less_does_not() -> None:
    enough = after_polls(alone("0.0000010"), alone("0.0000011"))
    short = after_polls(alone("0.0000010"), alone("0.00000109999"))

    assert (len(enough.alerts), len(short.alerts)) == (1, 0)


def test_at_least_is_in_usd_per_million_and_must_be_reached_too() -> None:
    cents = after_polls(alone("0.0000001"), alone("0.0000002"), at_least=Decimal("0.5"))
    dollars = after_polls(alone("0.000001"), alone("0.000002"), at_least=Decimal("0.5"))

    assert (len(cents.alerts), len(dollars.alerts)) == (0, 1)


@pytest.mark.parametrize(("direction", "told"), [("any", 2), ("up", 1), ("down", 1)])
def test_direction_says_which_way_counts(direction: str, told: int) -> None:
    up = after_polls(alone("1"), alone("2"), direction=direction)
    down = after_polls(alone("2"), alone("1"), direction=direction)

    assert len(up.alerts) + len(down.alerts) == told
    assert bool(up.alerts) == (direction != "down")


def test_free_to_paid_and_back_counts_whatever_the_percentage() -> None:
    story = after_polls(
        alone("0.000000001"), alone("0"), alone("0.000000001"), percent=Decimal(1000), at_least=Decimal(5)
    )

    assert [(alert.old, alert.new) for alert in story.alerts] == [("0.000000001", "0"), ("0", "0.000000001")]
    assert [alert.percent for alert in story.alerts] == [Decimal(-100), None]


def test_only_the_chosen_meters_are_followed() -> None:
    story = after_polls(
        [endpoint(GLM, "novita", tariff=tariff("1", "1", web_search="0.01"))],
        [endpoint(GLM, "novita", tariff=tariff("2", "1", web_search="0.02"))],
        meters=("web_search",),
    )

    assert [alert.field for alert in story.alerts] == ["pricing.web_search"]


def test_on_the_basis_of_endpoints_each_one_is_told() -> None:
    story = after_polls(
        [endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "groq", prompt="5")],
        [endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "groq", prompt="4")],
        basis="endpoint",
    )

    (alert,) = story.alerts
    assert (alert.event, alert.subject) == ("endpoint.price_changed", f"{GLM} @ groq")
    assert (alert.model, alert.provider, alert.endpoint) == (GLM, "groq", "groq")


@pytest.mark.parametrize("basis", ["cheapest", "endpoint"])
def test_a_published_window_that_begins_or_ends_is_silent(basis: str) -> None:
    night = (window(0, 800, prompt="0.5", completion="0.5"), window(800, 2400, prompt="1", completion="1"))

    story = after_polls(
        alone("1", tariff=tariff("1", "1", overrides=night)),
        alone("1", tariff=tariff("0.5", "0.5", overrides=night)),
        alone("1", tariff=tariff("1", "1", overrides=night)),
        basis=basis,
    )

    assert (story.alerts, story.gates) == ([], [Gate.SCHEDULE, Gate.SCHEDULE])


def test_a_schedule_that_itself_changes_is_told() -> None:
    story = after_polls(
        alone("1", tariff=tariff("1", "1", overrides=(window(0, 800, prompt="2"),))),
        alone("1", tariff=tariff("1", "1", overrides=(window(0, 800, prompt="3"),))),
    )

    assert story.moves == [(GLM, "2", "3")]


def test_a_tier_by_length_counts_as_its_base_price() -> None:
    def tiered(price: str) -> tuple[Override, ...]:
        return (Override(min_prompt_tokens=200_000, meters={"prompt": Decimal(price)}),)

    story = after_polls(
        alone("1", tariff=tariff("1", "1", overrides=tiered("2"))),
        alone("1", tariff=tariff("1", "1", overrides=tiered("4"))),
    )

    assert story.alerts == []


def test_a_dynamic_price_is_not_a_price() -> None:
    story = after_polls(alone("1"), alone("-1"), alone("1"))

    assert story.alerts == []


def test_a_service_tier_moves_with_its_standard_endpoint() -> None:
    story = after_polls(
        [endpoint(GLM, "openai", prompt="2"), endpoint(GLM, "openai/flex", prompt="1")],
        [endpoint(GLM, "openai", prompt="4"), endpoint(GLM, "openai/flex", prompt="2")],
        basis="endpoint",
    )

    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ openai"]
    assert story.gates == [Gate.TIER_TWIN]


def test_a_service_tier_that_moves_alone_is_told_as_such() -> None:
    story = after_polls(
        [endpoint(GLM, "openai", prompt="4"), endpoint(GLM, "openai/flex", prompt="2")],
        [endpoint(GLM, "openai", prompt="4"), endpoint(GLM, "openai/flex", prompt="1")],
        basis="endpoint",
    )

    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ openai/flex"]


def test_a_tier_named_by_a_field_is_a_twin_of_any_standard_endpoint_of_its_provider() -> None:
    story = after_polls(
        [
            endpoint(GLM, "openai/us", prompt="2"),
            endpoint(GLM, "openai/p", prompt="3", service_tier="priority"),
        ],
        [
            endpoint(GLM, "openai/us", prompt="4"),
            endpoint(GLM, "openai/p", prompt="6", service_tier="priority"),
        ],
        basis="endpoint",
    )

    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ openai/us"]


def test_a_tier_whose_standard_endpoint_left_speaks_for_itself() -> None:
    story = after_polls(
        [endpoint(GLM, "openai/flex", prompt="2")],
        [endpoint(GLM, "openai/flex", prompt="3")],
        basis="endpoint",
    )

    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ openai/flex"]


def test_one_move_of_many_prices_is_one_message() -> None:
    models = [f"a/model-{number}" for number in range(200)]
    still = [endpoint(name, "novita", prompt="1") for name in models[40:]]
    story = after_polls(
        [*still, *(endpoint(name, "novita", prompt="1") for name in models[:40])],
        [*still, *(endpoint(name, "novita", prompt="2") for name in models[:40])],
    )

    (notification,) = story.notifications
    assert len(notification.alerts) == 40


def test_a_meter_that_costs_nothing_and_is_then_left_out_did_not_move() -> None:
    story = after_polls(
        [endpoint(GLM, "novita", tariff=tariff("1", "1", image="0"))],
        [endpoint(GLM, "novita", tariff=tariff("1", "1"))],
        meters=("image",),
        basis="endpoint",
    )

    assert (story.alerts, story.suppressed) == ([], [])


@pytest.mark.fault("a price that is null")
def test_who_is_cheapest_is_unknown_while_one_offer_hides_its_price() -> None:
    cheap, dear = endpoint("a/one", "novita", prompt="1"), endpoint("a/one", "together", prompt="2")
    hidden = endpoint("a/one", "novita", prompt=None, completion=None)
    story = Story(rulebook(rule("price-change"), rule("price-below", usd_per_million=Decimal(1_500_000))))
    story.poll(0, endpoints=[cheap, dear])

    for moment in (15, 60, 120):
        story.poll(moment, endpoints=[hidden, dear])
    story.poll(180, endpoints=[cheap, dear])

    assert story.told == [("model.price", "a/one")]
