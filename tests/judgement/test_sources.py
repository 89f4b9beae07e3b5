"""Where a fact is read from: documented endpoints, the frontend's, the model's row. Passing is no news."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import (
    Offer,
    Story,
    at,
    days,
    endpoint,
    frontend_offer,
    hours,
    key,
    minutes,
    model,
    private,
    rule,
    rulebook,
    tariff,
    when,
    while_,
)
from watcher.catalog.listing import FrontendOffer
from watcher.catalog.model import Model
from watcher.catalog.names import Surface
from watcher.catalog.sheets import AskedSheet, EndpointsSheet
from watcher.judgement.decision import Gate
from watcher.judgement.knowledge.books import leading
from watcher.rules.rule import Rule

GLM, FREE = "z-ai/glm-5.2", "z-ai/glm-5.2:free"
PRICES = rule("price-change", percent=Decimal(10), lasting=minutes(0))
ENDPOINT_PRICES = rule("price-change", basis="endpoint", lasting=minutes(0), name="endpoints")
GONE = EndpointsSheet(rows={}, fault="HTTP 503")


def tale(*rules: Rule) -> Story:
    return Story(rulebook(*(rules or (PRICES,)), every=minutes(15)))


def novita(prompt: str = "1", **facts: Any) -> Offer:
    return endpoint(GLM, "novita", prompt=prompt, **facts)


def backstage(prompt: str = "1", uuid: str = "1", **facts: Any) -> FrontendOffer:
    return frontend_offer(novita(prompt, **facts), private(), uuid)


def row(prompt: str = "1", **facts: Any) -> Model:
    return model(GLM, prompt=prompt, completion="0.000002", **facts)


def test_the_frontends_endpoints_stand_in_where_there_are_no_documented_ones() -> None:
    story = tale(PRICES, ENDPOINT_PRICES)
    story.poll(0, models=[row()], endpoint_policies=[backstage("1")])

    story.poll(60, models=[row("2")], endpoint_policies=[backstage("2")])

    assert {(alert.rule, alert.subject, alert.old, alert.new) for alert in story.alerts} == {
        ("price-change", GLM, "1", "2"),
        ("endpoints", f"{GLM} @ novita", "1", "2"),
    }
    assert leading(story.state, GLM) is Surface.FRONTEND_ENDPOINTS


def test_the_documented_endpoints_lead_and_what_the_frontend_says_of_them_is_counted() -> None:
    story = tale(PRICES, ENDPOINT_PRICES, when("endpoint.added"), when("endpoint.removed"))
    story.poll(0, endpoints=[novita("1")], endpoint_policies=[backstage("1")])

    story.poll(
        60, endpoints=[novita("1")], endpoint_policies=[backstage("3"), backstage("1", "2", ordinal=1)]
    )
    story.poll(
        120, endpoints=[novita("1")], endpoint_policies=[backstage("3"), backstage("1", "2", ordinal=1)]
    )

    assert story.alerts == []
    assert set(story.gates) == {Gate.OTHER_SOURCE}


def test_a_model_of_which_only_the_frontend_lists_endpoints_goes_by_them() -> None:
    free = endpoint(FREE, "novita", prompt="1")
    story = tale()
    story.poll(0, endpoints=[novita()], endpoint_policies=[backstage(), frontend_offer(free, uuid="2")])

    dearer = endpoint(FREE, "novita", prompt="2")
    story.poll(60, endpoint_policies=[backstage(), frontend_offer(dearer, uuid="2")])

    assert story.moves == [(FREE, "1", "2")]


@pytest.mark.parametrize("disagreeing", ["1", "5"])
def test_passing_from_one_source_to_the_other_and_back_is_no_news(disagreeing: str) -> None:
    story = tale(
        PRICES, ENDPOINT_PRICES, when("endpoint.added"), when("endpoint.removed"), when("endpoint.changed")
    )
    listed = [backstage(disagreeing, quantization="fp8"), frontend_offer(endpoint(GLM, "groq"), uuid="2")]
    documented = [novita("1"), endpoint(GLM, "novita/flex", prompt="1")]
    for hour in range(3):
        story.poll(hour * 60, models=[row()], endpoints=documented, endpoint_policies=listed)

    for hour in range(3, 9):
        story.poll(hour * 60, models=[row()], endpoints=GONE, endpoint_policies=listed)
    assert leading(story.state, GLM) is Surface.FRONTEND_ENDPOINTS
    for hour in range(9, 12):
        story.poll(hour * 60, models=[row()], endpoints=documented, endpoint_policies=listed)

    assert leading(story.state, GLM) is Surface.ENDPOINTS
    assert story.alerts == []


def away(story: Story, **surfaces: Any) -> None:
    """Let the documented endpoints be away from the hour 1 to the hour 8."""
    for hour in range(1, 9):
        story.poll(hour * 60, endpoints=GONE, **surfaces)


def test_what_the_frontend_told_is_not_told_again_when_the_documented_ones_are_back() -> None:
    story = tale()
    story.poll(0, models=[row()], endpoints=[novita("1")], endpoint_policies=[backstage("1")])
    away(story, endpoint_policies=[backstage("1")])

    story.poll(500, endpoints=GONE, endpoint_policies=[backstage("2")])
    story.poll(510, endpoints=[novita("2")], endpoint_policies=[backstage("2")])

    assert story.moves == [(GLM, "1", "2")]
    assert story.gates == [Gate.OTHER_SOURCE]


def test_what_moved_on_since_is_told_from_what_was_told_last() -> None:
    story = tale()
    story.poll(0, endpoints=[novita("1")], endpoint_policies=[backstage("1")])
    away(story, endpoint_policies=[backstage("1")])
    story.poll(500, endpoints=GONE, endpoint_policies=[backstage("2")])

    story.poll(510, endpoints=[novita("4")])
    story.poll(520, endpoints=[novita("4")])

    assert story.moves == [(GLM, "1", "2"), (GLM, "2", "4")]


def test_a_move_while_nobody_stood_in_is_told_when_the_documented_ones_are_back() -> None:
    story = tale()
    story.poll(0, endpoints=[novita("1")])

    story.poll(600, endpoints=[novita("2")])

    assert story.moves == [(GLM, "1", "2")]


def test_where_no_endpoints_are_to_be_had_the_models_own_price_is_told_as_such() -> None:
    story = tale(PRICES, ENDPOINT_PRICES)
    story.poll(0, models=[row("1")])

    story.poll(15, models=[row("2")])

    (alert,) = story.alerts
    assert (alert.subject, alert.field, alert.old, alert.new) == (GLM, "pricing.prompt", "1", "2")
    assert alert.context["basis"] == "listed"
    assert [change.field for change in story.changes] == ["pricing.prompt"]


@pytest.mark.parametrize(
    "facts",
    [
        {"context_length": 64_000},
        {"max_completion_tokens": 1000},
        {"moderated": True},
        {"tariff": tariff("2", web_search="0.01")},
    ],
    ids=str,
)
def test_a_row_that_shows_another_endpoint_tells_no_price(facts: dict[str, Any]) -> None:
    story = tale()
    story.poll(0, models=[row("1")])

    story.poll(15, models=[row("2", **facts)])

    assert (story.alerts, story.gates) == ([], [Gate.TOP_ENDPOINT_SWITCH])


def test_an_alias_and_a_router_have_no_price_of_their_own() -> None:
    story = tale()
    names = ("~z-ai/glm-latest", "openrouter/auto")
    story.poll(0, models=[model(name, prompt="1") for name in names])

    story.poll(15, models=[model(name, prompt="2") for name in names])

    assert story.alerts == []


def test_a_listed_price_that_waits_is_forgotten_when_endpoints_come() -> None:
    story = tale(rule("price-change", lasting=hours(1)))
    story.poll(0, models=[row("1")])
    story.poll(15, models=[row("2")])

    story.poll(20, endpoints=[novita("1")])
    for minute in (40, 100, 160):
        story.poll(minute, models=[row("2")], endpoints=[novita("1")])

    assert story.alerts == []
    assert story.state.anchors == {}


def test_endpoints_that_are_lost_for_long_leave_the_models_own_price() -> None:
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("0.5")])
    away(story, models=[row("1")])

    story.poll(500, models=[row("2")], endpoints=GONE)
    story.poll(510, models=[row("2")], endpoints=[novita("0.7")])
    story.poll(520, models=[row("2")], endpoints=[novita("1")])

    assert [(alert.old, alert.new, alert.context.get("basis")) for alert in story.alerts] == [
        ("1", "2", "listed"),
        ("0.7", "1", None),
    ]


def test_a_new_free_variant_needs_no_endpoints() -> None:
    story = tale(rule("new-free-variant"))
    story.poll(0, models=[row()])

    story.poll(15, models=[row(), model(FREE, prompt="0", completion="0")])

    assert story.told == [("model.added", FREE)]


def test_a_price_level_goes_by_the_listed_price_as_far_as_it_says_something() -> None:
    cheap = while_("model.price", below=1.0, recover=1.0)
    story = tale(cheap)
    story.poll(0, models=[row("1.5")])
    story.poll(15, models=[row("0.9")])

    for hour in range(1, 20):
        story.poll(hour * 60, models=[row("1.5")])

    assert [alert.status.value for alert in story.alerts] == ["firing"]


def test_speeds_are_read_of_the_frontend_where_the_documented_endpoints_do_not_carry_them() -> None:
    slow = while_("endpoint.latency", above=5000.0, recover=3000.0, lasting=minutes(30))
    story = tale(slow)
    for minute in (0, 15, 30, 45):
        story.poll(minute, endpoints=[novita()], endpoint_policies=[
            frontend_offer(novita(), private(), "1", latency=9000.0)
        ])  # fmt: skip

    assert [(alert.event, alert.subject) for alert in story.alerts] == [
        ("endpoint.latency", f"{GLM} @ novita")
    ]


def test_a_key_makes_the_documented_speeds_count_before_the_frontends() -> None:
    slow = while_("endpoint.latency", above=5000.0, recover=3000.0)
    quick = [endpoint(GLM, f"novita/{n}", latency=100.0) for n in range(6)]
    story = tale(slow)
    story.poll(0, endpoints=quick)

    story.poll(15, endpoints=quick, endpoint_policies=[
        frontend_offer(offer, private(), str(n), latency=9000.0) for n, offer in enumerate(quick)
    ])  # fmt: skip

    assert story.alerts == []


def test_what_only_the_frontend_lists_of_a_documented_endpoint_is_told_of_it() -> None:
    story = tale(when("endpoint.changed"))
    story.poll(0, endpoints=[novita()], endpoint_policies=[backstage(disabled=False)])

    story.poll(
        60, endpoints=[novita()], endpoint_policies=[backstage(disabled=True, expires=date(2026, 8, 1))]
    )

    assert [(alert.subject, alert.field, alert.new) for alert in story.alerts] == [
        (f"{GLM} @ novita", "disabled", True),
        (f"{GLM} @ novita", "expires", "2026-08-01"),
    ]


@pytest.mark.parametrize(
    "sheet",
    [
        AskedSheet(surface=Surface.FRONTEND_ENDPOINTS, fault="HTTP 404"),
        AskedSheet(surface=Surface.FRONTEND_ENDPOINTS, unanswered={"x|standard": "timed out"}),
    ],
)
def test_an_answer_that_is_none_says_nothing(sheet: Any) -> None:
    story = tale(PRICES, when("endpoint.removed"))
    story.poll(0, models=[row()], endpoint_policies=[backstage()])

    for minute in (60, 120, 180):
        story.poll(minute, models=[row()], endpoint_policies=sheet)

    assert story.alerts == []
    assert story.state.surfaces[Surface.FRONTEND_ENDPOINTS].failures == 3


def test_a_uuid_names_the_endpoint_whatever_its_tag_is() -> None:
    story = tale(ENDPOINT_PRICES, when("endpoint.added"), when("endpoint.removed"))
    groq = endpoint(GLM, "groq", prompt="7")
    story.poll(0, endpoint_policies=[backstage("1", "1"), frontend_offer(groq, uuid="2")])

    moved = endpoint(GLM, "other/fp8", prompt="1", provider_name="Other")
    story.poll(60, endpoint_policies=[frontend_offer(moved, private(), "1"), frontend_offer(groq, uuid="2")])
    story.poll(120, endpoint_policies=[frontend_offer(moved, private(), "1"), frontend_offer(groq, uuid="2")])

    assert (story.alerts, story.gates) == ([], [Gate.RENAMED])
    assert story.state.uuids == {"1": key(GLM, "other/fp8"), "2": key(GLM, "groq")}


def test_the_frontend_is_asked_again_after_a_day_as_after_an_hour() -> None:
    story = tale()
    story.poll(0, models=[row()], endpoint_policies=[backstage("1")])

    story.poll(at(0) + days(2), models=[row("2")], endpoint_policies=[backstage("2")])

    assert story.moves == [(GLM, "1", "2")]


def test_a_small_move_before_does_not_make_the_passing_to_another_source_news() -> None:
    story = tale(PRICES, ENDPOINT_PRICES)
    listed = [backstage("5")]
    for minute, price in ((0, "1"), (15, "1.05"), (30, "1.05")):
        story.poll(minute, models=[row()], endpoints=[novita(price)], endpoint_policies=listed)
    assert story.state.anchors

    for hour in range(1, 9):
        story.poll(hour * 60, models=[row()], endpoints=GONE, endpoint_policies=listed)
    assert leading(story.state, GLM) is Surface.FRONTEND_ENDPOINTS
    for hour in range(9, 12):
        story.poll(hour * 60, models=[row()], endpoints=[novita("1.05")], endpoint_policies=listed)

    assert story.alerts == []


def test_a_difference_that_waits_is_told_by_the_other_source_where_both_agree() -> None:
    story = tale(rule("price-change", lasting=hours(4)))
    for minute, price in ((0, "1"), (15, "2")):
        story.poll(minute, endpoints=[novita(price)], endpoint_policies=[backstage(price)])

    for hour in range(1, 9):
        story.poll(hour * 60, endpoints=GONE, endpoint_policies=[backstage("2")])

    assert story.moves == [(GLM, "1", "2")]


def test_a_small_move_before_does_not_make_another_leading_endpoint_news() -> None:
    story = tale()
    for minute, listed in enumerate([row("1"), row("1.05"), *[row("2", moderated=True)] * 3]):
        story.poll(minute * 15, models=[listed])

    assert story.alerts == []


def test_what_a_frontend_that_disagrees_told_is_told_again_only_where_it_moved_on() -> None:
    story = tale()
    story.poll(0, models=[row()], endpoints=[novita("1")], endpoint_policies=[backstage("5")])
    away(story, endpoint_policies=[backstage("5")])
    story.poll(500, endpoints=GONE, endpoint_policies=[backstage("6")])

    story.poll(510, endpoints=[novita("6.2")], endpoint_policies=[backstage("6")])
    assert story.moves == [(GLM, "5", "6")]
    story.poll(520, endpoints=[novita("8")], endpoint_policies=[backstage("6")])

    assert story.moves[1:] == [(GLM, "6.2", "8")]
