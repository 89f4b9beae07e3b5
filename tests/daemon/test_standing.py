from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.builders import NOON, Story, at, broken, endpoint, model, rulebook
from watcher.catalog.names import Surface
from watcher.daemon.health.standing import Refused, Standing, sentence_of
from watcher.judgement.state import State
from watcher.store.waiting import Pause

LONDON = ZoneInfo("Europe/London")


def known() -> Story:
    """Return a catalog of two models and three endpoints, read at noon."""
    story = Story(rulebook())
    listed = [endpoint("a/b", "one"), endpoint("a/b", "two"), endpoint("a/c", "one")]
    story.poll(0, models=[model("a/b"), model("a/c")], endpoints=listed)
    return story


def standing(state: State, **facts: object) -> Standing:
    usual = Standing(
        state=state,
        surfaces=(Surface.MODELS, Surface.ENDPOINTS),
        waiting=0,
        pauses=(),
        configured_at=NOON - timedelta(minutes=48),
    )
    return replace(usual, **facts)  # type: ignore[arg-type]  # what a test names


def test_a_sentence_worth_reading_says_what_is_known_how_fresh_it_is_and_what_waits() -> None:
    paused = Pause(
        receiver="slack-team",
        target="#ops",
        since=NOON - timedelta(minutes=168),
        next_at=NOON + timedelta(days=1),
        reason="HTTP 404",
    )

    said = sentence_of(standing(known().state, waiting=2, pauses=(paused,)), at(4), LONDON)

    assert said == (
        "2 models, 3 endpoints; endpoints believed 4 min ago; 2 messages waiting; "
        "slack-team #ops paused since 10:12"
    )


def test_what_is_wrong_comes_first() -> None:
    refused = Refused(at=NOON, problems=("config.yaml:1:8: rules: …",))
    troubles = ("nothing can be written for 12 min: the disk is full",)

    said = sentence_of(standing(known().state, refused=refused, troubles=troubles), at(1), LONDON)

    assert said.startswith(
        "the changed configuration is refused, the one read at 12:12 stays in force; "
        "nothing can be written for 12 min: the disk is full; 2 models, 3 endpoints"
    )


def test_a_surface_that_fails_is_named_with_its_reason_and_the_age_of_what_is_known() -> None:
    story = known()
    story.poll(90, models=broken())

    said = sentence_of(standing(story.state), at(90), LONDON)

    assert said.startswith("models believed 1 h 30 min ago: HTTP 502; 2 models, 3 endpoints; endpoints")


def test_before_the_first_poll_it_says_so() -> None:
    said = sentence_of(standing(State()), NOON, LONDON)

    assert said == "0 models, 0 endpoints; endpoints not yet read; 0 messages waiting"


def test_without_endpoints_the_list_of_models_is_spoken_of_and_yesterday_has_its_date() -> None:
    refused = Refused(at=NOON, problems=("…",))
    facts = standing(known().state, surfaces=(Surface.MODELS,), refused=refused)

    said = sentence_of(facts, at(60 * 24), LONDON)

    assert "the one read at 2026-07-06 12:12 stays in force" in said
    assert "models believed 1 d ago" in said


def test_text_of_the_catalog_cannot_forge_a_line() -> None:
    story = known()
    story.poll(5, models=broken(fault="HTTP 502\nSTATUS=all is well\x1b[2J"))

    said = sentence_of(standing(story.state), at(5), LONDON)

    assert said.isprintable()
