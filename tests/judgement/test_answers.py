"""The window of a move begins where its own model answered before, whatever other models did meanwhile."""

from __future__ import annotations

from decimal import Decimal

from tests.builders import Story, at, endpoint, frontend_offer, minutes, model, offers, rule, rulebook, when

GLM, KIMI = "z-ai/glm-5.2", "moonshotai/kimi-k3"
PRICES = rule("price-change", percent=Decimal(10), lasting=minutes(0))


def tale() -> Story:
    return Story(rulebook(PRICES, when("endpoint.removed"), every=minutes(15)))


def test_a_sweep_over_other_models_does_not_shorten_the_window_of_a_move() -> None:
    story = tale()
    story.poll(0, endpoints=[endpoint(GLM, "novita", prompt="1"), endpoint(KIMI, "novita", prompt="1")])
    story.poll(5, endpoints=[endpoint(KIMI, "novita", prompt="1")])
    story.poll(10, endpoints=offers(endpoint(KIMI, "novita", prompt="1"), unanswered={GLM: "HTTP 503"}))

    story.poll(15, endpoints=[endpoint(GLM, "novita", prompt="2"), endpoint(KIMI, "novita", prompt="2")])

    windows = {alert.subject: (alert.not_before, alert.at) for alert in story.alerts}
    assert windows == {GLM: (at(0), at(15)), KIMI: (at(10), at(15))}
    assert story.state.answered_earlier == {}


def test_an_endpoint_that_left_was_seen_last_when_its_model_answered() -> None:
    story = tale()
    both = [endpoint(GLM, tag, prompt="1") for tag in ("novita", "groq")]
    story.poll(0, endpoints=[*both, endpoint(KIMI, "novita")])
    story.poll(5, endpoints=[endpoint(KIMI, "novita")])

    for minute in (15, 30):
        story.poll(minute, endpoints=[both[0], endpoint(KIMI, "novita")])

    (alert,) = story.alerts
    assert (alert.subject, alert.at, alert.not_before) == (f"{GLM} @ groq", at(15), at(0))


def test_the_two_books_have_windows_of_their_own() -> None:
    story = tale()
    story.poll(
        0, endpoint_policies=[frontend_offer(endpoint(name, "novita", prompt="1")) for name in (GLM, KIMI)]
    )
    story.poll(10, endpoint_policies=[frontend_offer(endpoint(KIMI, "novita", prompt="1"))])

    story.poll(60, endpoint_policies=[frontend_offer(endpoint(GLM, "novita", prompt="2"))])

    (alert,) = story.alerts
    assert (alert.subject, alert.not_before) == (GLM, at(0))
    assert story.state.answered_earlier == {f"frontend_endpoints {KIMI}": at(10)}


def test_a_listed_price_is_not_known_before_its_own_model_answered() -> None:
    gone = offers()
    story = tale()
    listed = [model(GLM, prompt="1"), model(KIMI, prompt="1")]
    story.poll(0, models=listed, endpoints=[endpoint(GLM, "a", prompt="1"), endpoint(KIMI, "a", prompt="1")])
    story.poll(5, endpoints=[endpoint(KIMI, "a", prompt="1")])
    story.poll(10, models=[model(GLM, prompt="2"), model(KIMI, prompt="2")])

    for minute in (15, 30):
        story.poll(minute, endpoints=gone)

    assert {alert.subject: alert.not_before for alert in story.alerts} == {GLM: at(0), KIMI: at(5)}
