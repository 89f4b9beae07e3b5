"""What moved in the frontend's book while the documented one was away unnoticed is told when it stands in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.builders import Offer, Story, at, endpoint, frontend_offer, minutes, private, rule, rulebook, when
from watcher.catalog.listing import FrontendOffer
from watcher.catalog.sheets import EndpointsSheet

GLM = "z-ai/glm-5.2"
PRICES = rule("price-change", percent=Decimal(10), lasting=minutes(0))
EACH = rule("price-change", basis="endpoint", percent=Decimal(10), lasting=minutes(0), name="each")
GONE = EndpointsSheet(rows={}, fault="HTTP 503")


def tale(*more: Any) -> Story:
    return Story(rulebook(PRICES, EACH, *more, every=minutes(15)))


def novita(prompt: str, tag: str = "novita") -> Offer:
    return endpoint(GLM, tag, prompt=prompt)


def listed(prompt: str, uuid: str = "1", tag: str = "novita") -> FrontendOffer:
    return frontend_offer(novita(prompt, tag), private(), uuid)


def told(story: Story) -> list[tuple[str, object, object]]:
    return [(alert.rule, alert.old, alert.new) for alert in story.alerts]


def test_a_move_before_the_loss_is_confirmed_is_told_when_it_is() -> None:
    story = tale()
    story.poll(0, endpoints=[novita("1")], endpoint_policies=[listed("1")])

    story.poll(15, endpoints=GONE, endpoint_policies=[listed("2")])
    assert story.alerts == []
    story.poll(30, endpoints=GONE)

    assert sorted(told(story)) == [("each", "1", "2"), ("price-change", "1", "2")]
    assert {(alert.at, alert.not_before) for alert in story.alerts} == {(at(15), at(0))}


def test_it_is_not_told_again_when_the_documented_book_is_back() -> None:
    story = tale()
    story.poll(0, endpoints=[novita("1")], endpoint_policies=[listed("1")])
    story.poll(15, endpoints=GONE, endpoint_policies=[listed("2")])
    story.poll(30, endpoints=GONE)

    for minute in (45, 60):
        story.poll(minute, endpoints=[novita("2")], endpoint_policies=[listed("2")])

    assert len(story.alerts) == 2
    assert (story.state.unheard, story.state.told_elsewhere) == ({}, {})


def test_what_the_documented_book_told_before_it_was_lost_is_no_news_of_the_other() -> None:
    story = tale()
    story.poll(0, endpoints=[novita("1")], endpoint_policies=[listed("1")])
    story.poll(15, endpoints=[novita("2")])

    story.poll(20, endpoint_policies=[listed("2")])
    for minute in (30, 45):
        story.poll(minute, endpoints=GONE)

    assert len(story.alerts) == 2
    assert story.state.unheard == {}


def test_what_went_back_in_time_is_no_news() -> None:
    story = tale()
    story.poll(0, endpoints=[novita("1")], endpoint_policies=[listed("1")])

    for minute, price in ((15, "2"), (20, "3"), (25, "1")):
        story.poll(minute, endpoint_policies=[listed(price)])
    for minute in (30, 45):
        story.poll(minute, endpoints=GONE)

    assert story.alerts == []


def test_a_book_that_answers_tells_by_itself_what_the_other_saw_first() -> None:
    story = tale()
    story.poll(0, endpoints=[novita("1")], endpoint_policies=[listed("1")])
    story.poll(10, endpoint_policies=[listed("2")])
    assert story.state.unheard

    story.poll(15, endpoints=[novita("2")])

    assert sorted(told(story)) == [("each", "1", "2"), ("price-change", "1", "2")]
    assert story.state.unheard == {}


def test_an_endpoint_that_came_meanwhile_is_told_when_the_book_stands_in() -> None:
    story = tale(when("endpoint.added"))
    story.poll(0, endpoints=[novita("1")], endpoint_policies=[listed("1")])

    story.poll(15, endpoints=GONE, endpoint_policies=[listed("1"), listed("0.5", "2", "groq")])
    story.poll(30, endpoints=GONE)

    assert ("endpoint.added", f"{GLM} @ groq") in story.told
    assert ("price-change", "1", "0.5") in told(story)
