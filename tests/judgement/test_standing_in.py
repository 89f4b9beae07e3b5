"""A model's own row stands in as soon as endpoints are away: nothing is lost, and nothing told twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders import Offer, Story, at, endpoint, minutes, model, offers, rule, rulebook
from watcher.catalog.model import Model
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import EndpointsSheet
from watcher.judgement.decision import Gate
from watcher.judgement.state import State
from watcher.rules.rule import Rule

GLM = "z-ai/glm-5.2"
PRICES = rule("price-change", percent=Decimal(10), lasting=minutes(0))
PATIENT = rule("price-change", percent=Decimal(10), lasting=minutes(30))
GONE = EndpointsSheet(rows={}, fault="HTTP 503")


def tale(*rules: Rule) -> Story:
    return Story(rulebook(*(rules or (PRICES,)), every=minutes(15)))


def novita(prompt: str = "1", tag: str = "novita", **facts: Any) -> Offer:
    return endpoint(GLM, tag, prompt=prompt, **facts)


def row(prompt: str = "1", **facts: Any) -> Model:
    return model(GLM, prompt=prompt, completion="0.000002", **facts)


def polls(story: Story, *rows: Model, since: int = 15) -> None:
    """Let the endpoints be away while the row shows one after the other, every 15 minutes."""
    for number, shown in enumerate(rows):
        story.poll(since + number * 15, models=[shown], endpoints=GONE)


def is_away(story: Story) -> bool:
    return Surface.ENDPOINTS in story.state.astray


def test_a_price_that_moves_while_endpoints_are_away_is_told_as_soon_as_that_is_confirmed() -> None:
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("1")])

    story.poll(15, models=[row("2")], endpoints=GONE)
    assert (story.alerts, is_away(story)) == ([], False)
    story.poll(30, models=[row("2")], endpoints=GONE)

    (alert,) = story.alerts
    assert (alert.subject, alert.old, alert.new, alert.at) == (GLM, "1", "2", at(15))
    assert (alert.not_before, alert.context["basis"]) == (at(0), "listed")


def test_it_is_told_also_when_the_models_are_not_in_the_poll_that_confirms_it() -> None:
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("1")])
    story.poll(5, models=[row("2")])

    story.poll(15, endpoints=GONE)
    story.poll(30, endpoints=GONE)

    assert story.moves == [(GLM, "1", "2")]


def test_what_stood_in_told_is_not_told_again_when_endpoints_are_back() -> None:
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("1")])
    polls(story, row("2"), row("2"))

    story.poll(45, models=[row("2")], endpoints=[novita("2")])
    story.poll(60, models=[row("2")], endpoints=[novita("2")])

    assert story.moves == [(GLM, "1", "2")]
    assert Gate.OTHER_SOURCE in story.gates
    assert (story.state.anchors, story.state.told_elsewhere, story.state.listed) == ({}, {}, {})


@pytest.mark.parametrize(("back", "told"), [("1", (GLM, "2", "1")), ("4", (GLM, "2", "4"))])
def test_what_moved_on_since_is_told_from_what_was_told_last(back: str, told: object) -> None:
    story = tale(PATIENT)
    story.poll(0, models=[row("1")], endpoints=[novita("1")])
    polls(story, row("2"), row("2"), row("2"))

    for minute in (60, 75, 90):
        story.poll(minute, models=[row(back)], endpoints=[novita(back)])

    assert story.moves == [(GLM, "1", "2"), told]
    assert (story.state.anchors, story.state.told_elsewhere) == ({}, {})


def test_what_moves_on_while_it_waits_is_told_from_what_was_told_last() -> None:
    story = tale(PATIENT)
    story.poll(0, models=[row("1")], endpoints=[novita("1")])
    polls(story, row("2"), row("2"), row("2"))

    for minute, price in ((60, "2"), (75, "3"), (90, "3"), (105, "3")):
        story.poll(minute, models=[row(price)], endpoints=[novita(price)])

    assert story.moves == [(GLM, "1", "2"), (GLM, "2", "3")]


def test_a_move_that_waited_when_endpoints_were_lost_goes_on_waiting() -> None:
    story = tale(PATIENT)
    story.poll(0, models=[row("1")], endpoints=[novita("1")])
    story.poll(15, models=[row("1")], endpoints=[novita("2")])

    polls(story, row("2"), row("2"), since=30)

    (alert,) = story.alerts
    assert (alert.old, alert.new, alert.at, alert.told_at) == ("1", "2", at(15), at(45))


def test_what_the_endpoints_told_before_they_were_lost_is_not_told_of_a_row_that_is_late() -> None:
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("1")])
    story.poll(15, models=[row("1")], endpoints=[novita("2")])

    polls(story, row("2"), row("2"), row("2"), since=30)

    assert [alert.context.get("basis") for alert in story.alerts] == [None]


def test_a_price_that_is_back_before_the_loss_is_confirmed_was_no_news() -> None:
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("1")])

    polls(story, row("2"), row("1"), row("1"))

    assert story.alerts == []


def test_creep_goes_on_adding_up_when_the_row_stands_in() -> None:
    story = tale()
    for minute, price in ((0, "1"), (15, "1.06")):
        story.poll(minute, models=[row(price)], endpoints=[novita(price)])

    polls(story, row("1.12"), row("1.12"), since=30)

    assert story.moves == [(GLM, "1", "1.12")]


def test_another_endpoint_that_leads_at_its_known_price_is_no_news() -> None:
    story = tale()
    known = [novita("1"), novita("2", "groq", max_completion_tokens=9000), novita("3", "fireworks")]
    story.poll(0, models=[row("1")], endpoints=known)

    polls(story, row("2", max_completion_tokens=9000), row("3"), row("1"), row("3"), row("1"))

    assert story.alerts == []
    assert set(story.gates) == {Gate.TOP_ENDPOINT_SWITCH}


def test_a_price_is_measured_from_what_the_row_showed_of_the_same_endpoint() -> None:
    story = tale()
    other: dict[str, Any] = {"max_completion_tokens": 9000}
    story.poll(0, models=[row("1")], endpoints=[novita("1"), novita("5", "groq", **other)])

    polls(story, row("5", **other), row("5", **other), row("2"))

    assert story.moves == [(GLM, "1", "2")]


def test_a_move_that_waits_is_told_when_its_endpoint_leads_again() -> None:
    story = tale(PATIENT)
    other: dict[str, Any] = {"max_completion_tokens": 9000}
    story.poll(0, models=[row("1")], endpoints=[novita("1"), novita("5", "groq", **other)])
    polls(story, row("1"), row("1"))

    polls(story, row("2"), row("5", **other), row("2"), row("2"), row("2"), since=45)

    assert story.moves == [(GLM, "1", "2")]


def test_an_endpoint_cheaper_than_all_that_is_known_is_news_whoever_leads() -> None:
    story = tale()
    story.poll(0, models=[row("2")], endpoints=[novita("2"), novita("1", "groq")])

    polls(story, row("0.5", max_completion_tokens=9000), row("0.5", max_completion_tokens=9000))

    assert story.moves == [(GLM, "1", "0.5")]


def test_a_model_of_one_endpoint_falls_from_what_its_row_showed_last() -> None:
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("1")])

    polls(story, row("2"), row("2"), row("1", max_completion_tokens=9000))

    assert story.moves == [(GLM, "1", "2"), (GLM, "2", "1")]


def test_another_endpoint_that_comes_to_what_was_told_last_is_not_told_again() -> None:
    story = tale()
    other: dict[str, Any] = {"max_completion_tokens": 9000}
    story.poll(0, models=[row("1")], endpoints=[novita("1"), novita("1.5", "groq", **other)])

    polls(story, row("2"), row("2"), row("1.5", **other), row("2", **other))

    assert story.moves == [(GLM, "1", "2")]
    assert Gate.OTHER_SOURCE in story.gates


def test_the_cheapest_that_moved_the_other_way_than_the_leader_is_told() -> None:
    story = tale()
    cheap = endpoint(GLM, "groq", prompt="0.5")
    story.poll(0, models=[row("1")], endpoints=[novita("1"), cheap])
    polls(story, row("2"), row("2"))

    story.poll(45, models=[row("2")], endpoints=[novita("2"), endpoint(GLM, "groq", prompt="0.4")])

    assert story.moves == [(GLM, "1", "2"), (GLM, "0.5", "0.4")]


def test_one_failure_and_held_answers_do_not_make_the_row_stand_in() -> None:
    others = [endpoint(f"a/{number}", "novita") for number in range(9)]
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("1"), *others])

    story.poll(15, models=[row("2")], endpoints=GONE)
    for minute in (30, 45):
        story.poll(
            minute, models=[row("2")], endpoints=[endpoint(f"a/{n}", "novita", prompt="9") for n in range(9)]
        )
        assert story.state.surfaces[Surface.ENDPOINTS].hold is not None

    assert (story.alerts, is_away(story)) == ([], False)


def test_two_failures_within_a_minute_are_no_loss() -> None:
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("1")])

    for minute in (15, 16, 17):
        story.poll(minute, models=[row("2")], endpoints=GONE)

    assert not is_away(story)


def test_endpoints_that_nobody_asked_for_leave_the_row_after_two_hours() -> None:
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("1")])

    for minute in range(15, 180, 15):
        story.poll(minute, models=[row("2")])

    assert story.moves == [(GLM, "1", "2")]
    assert story.alerts[0].told_at == at(150)


def test_after_a_gap_in_polling_the_endpoints_are_asked_before_the_row_counts() -> None:
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("1")])

    story.poll(600, models=[row("2")])
    story.poll(600.5, zdr=[])
    story.poll(601, endpoints=[novita("2")])

    assert [(alert.told_at, alert.context.get("basis")) for alert in story.alerts] == [(at(601), None)]


def test_a_model_whose_endpoints_never_answered_missed_nothing() -> None:
    other = "a/unasked"
    story = tale()
    story.poll(0, models=[row("1"), model(other, prompt="1")], endpoints=[novita("1")])

    for minute in (15, 30):
        story.poll(minute, models=[row("1"), model(other, prompt="2")], endpoints=GONE)
    assert story.alerts == []
    story.poll(45, models=[row("1"), model(other, prompt="3")], endpoints=GONE)

    assert story.moves == [(other, "2", "3")]


def test_what_a_row_showed_is_forgotten_for_the_models_that_answered() -> None:
    story = tale()
    two = [row("1"), model("a/two", prompt="1")]
    story.poll(0, models=two, endpoints=[novita("1"), endpoint("a/two", "groq", prompt="1")])
    story.poll(5, models=[row("2"), model("a/two", prompt="2")])
    assert set(story.state.listed) == {GLM, "a/two"}

    story.poll(10, endpoints=[novita("2")])

    assert set(story.state.listed) == {"a/two"}
    assert story.moves == [(GLM, "1", "2")]


def test_only_so_many_leaders_are_remembered_of_a_row() -> None:
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("1")])

    polls(story, *(row("2", max_completion_tokens=number) for number in range(40)))

    assert len(story.state.listed[ModelId(GLM)]) == 8


def test_a_calm_catalog_remembers_nothing_of_its_rows() -> None:
    story = tale()

    for minute in range(0, 60, 15):
        story.poll(minute, models=[row("1")], endpoints=[novita("1")])

    assert story.state.listed == State().listed


def test_a_loss_of_days_tells_each_move_once() -> None:
    story = tale(PATIENT)
    story.poll(0, models=[row("1")], endpoints=[novita("1")])

    for hour in range(1, 60):
        price = {True: "2", False: "3"}[hour < 30]
        story.poll(hour * 60, models=[row(price)], endpoints=GONE)
    for hour in range(60, 64):
        story.poll(hour * 60, models=[row("3")], endpoints=[novita("3")])

    assert story.moves == [(GLM, "1", "2"), (GLM, "2", "3")]


def test_endpoints_of_one_model_that_answer_again_end_the_standing_in() -> None:
    story = tale()
    story.poll(0, models=[row("1")], endpoints=[novita("1")])
    polls(story, row("1"), row("1"))

    story.poll(45, models=[row("2")], endpoints=offers(novita("1"), unanswered={"a/b": "HTTP 503"}))

    assert (story.alerts, is_away(story)) == ([], False)


def test_what_another_model_does_meanwhile_is_told_beside_what_was_told_before() -> None:
    story = tale()
    two = [row("1"), model("a/two", prompt="1")]
    story.poll(0, models=two, endpoints=[novita("1"), endpoint("a/two", "groq", prompt="1")])
    for minute in (15, 30):
        story.poll(minute, models=[row("2"), model("a/two", prompt="1")], endpoints=GONE)

    story.poll(45, endpoints=[novita("2"), endpoint("a/two", "groq", prompt="3")])

    assert story.moves == [(GLM, "1", "2"), ("a/two", "1", "3")]


def test_only_anchors_that_measure_the_same_go_on_in_the_row() -> None:
    each = rule("price-change", basis="endpoint", percent=Decimal(10), lasting=minutes(0), name="each")
    story = tale(PRICES, each)
    cheap = novita("1", "groq")
    for minute, price in ((0, "1"), (15, "1.05")):
        story.poll(minute, models=[row("9")], endpoints=[novita("9"), novita(price, "groq")])
    assert {key.rule for key in story.state.anchors} == {"price-change", "each"}

    polls(story, row("9.5"), row("9.5"), row("10"), since=30)
    story.poll(75, models=[row("9")], endpoints=[novita("9"), cheap])

    assert story.moves == [(GLM, "9", "10")]


def test_a_price_known_of_an_endpoint_with_other_limits_is_a_price_of_its_own() -> None:
    story = tale()
    other: dict[str, Any] = {"max_completion_tokens": 9000}
    own: dict[str, Any] = {"max_completion_tokens": 4000}
    story.poll(0, models=[row("1", **own)], endpoints=[novita("1", **own), novita("2", "groq", **other)])

    polls(story, row("2", **own), row("2", **own))

    assert story.moves == [(GLM, "1", "2")]
