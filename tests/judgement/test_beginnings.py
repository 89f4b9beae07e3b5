"""Beginnings are silent; levels speak from the first poll."""

from __future__ import annotations

from decimal import Decimal

from tests.builders import (
    Story,
    endpoint,
    free,
    key,
    minutes,
    model,
    policy,
    private,
    provider,
    rule,
    rulebook,
    when,
)
from watcher.judgement.decision import Gate

EVERYTHING = (
    rule("new-free-variant"),
    rule("model-added"),
    rule("provider-added"),
    rule("price-change", lasting=minutes(0)),
    rule("data-policy-flip", direction="any"),
    when("endpoint.added"),
)


def test_the_first_poll_of_everything_is_silent() -> None:
    story = Story(rulebook(*EVERYTHING))

    story.poll(
        0,
        models=[model("a/one"), free("a/two:free")],
        endpoints=[endpoint("a/one", "novita")],
        providers=[provider("novita")],
        policies={"novita": policy(training=True)},
        zdr=[key("a/one", "novita")],
    )

    assert (story.alerts, story.suppressed, story.changes) == ([], [], [])


def test_a_new_surface_is_silent_in_the_midst_of_others() -> None:
    story = Story(rulebook(*EVERYTHING))

    story.poll(0, models=[model("a/one")], endpoints=[endpoint("a/one", "novita")])
    story.poll(15, providers=[provider("novita")], policies={"novita": private()})
    story.poll(30, zdr=[key("a/one", "novita")])

    assert story.alerts == []


def test_a_new_rule_starts_from_what_is() -> None:
    story = Story(rulebook(rule("model-added")))
    story.poll(0, models=[model("a/one")], endpoints=[endpoint("a/one", "novita", prompt="1")])
    story.poll(15, models=[model("a/one"), free("a/two:free")])

    story.book = rulebook(rule("new-free-variant"), rule("price-change"))
    story.poll(
        30, models=[model("a/one"), free("a/two:free")], endpoints=[endpoint("a/one", "novita", prompt="1")]
    )

    assert story.told == [("model.added", "a/two:free")]


def test_what_moved_before_a_new_rule_saw_it_is_its_beginning() -> None:
    old, new = rule("price-change", name="old", lasting=minutes(0)), rule("price-change", lasting=minutes(0))
    story = Story(rulebook(old))
    story.poll(0, endpoints=[endpoint("a/one", "novita", prompt="1")])

    story.book = rulebook(old, new, rule("model-added"))
    story.wait(1)
    story.poll(15, endpoints=[endpoint("a/one", "novita", prompt="2")])
    story.poll(30, endpoints=[endpoint("a/one", "novita", prompt="3")])

    told = [(alert.rule, alert.old, alert.new) for alert in story.alerts]
    assert told == [("old", "1", "2"), ("old", "2", "3"), ("price-change", "2", "3")]


def test_a_new_rule_begins_with_each_surface_by_itself() -> None:
    story = Story(rulebook(rule("terms-changed")))
    story.poll(0, models=[model("a/one")], providers=[provider("novita")], policies={"novita": private()})

    story.book = rulebook(*EVERYTHING)
    story.poll(15, models=[model("a/one"), model("a/two")])
    story.poll(
        30, policies={"novita": private(training=True)}, providers=[provider("novita"), provider("groq")]
    )
    story.poll(45, models=[model("a/one"), model("a/two"), model("a/three")], providers=[provider("novita")])
    story.poll(60, policies={"novita": private()})

    assert story.told == [("model.added", "a/three"), ("provider.policy_changed", "novita")]


def test_the_endpoints_of_a_new_model_are_silent() -> None:
    story = Story(rulebook(when("endpoint.added")))
    story.poll(0, endpoints=[endpoint("a/one", "novita")])

    story.poll(15, endpoints=[endpoint("a/one", "novita"), endpoint("a/two", "novita")])
    story.poll(
        30, endpoints=[endpoint("a/one", "novita"), endpoint("a/two", "novita"), endpoint("a/two", "groq")]
    )

    assert story.told == [("endpoint.added", "a/two @ groq")]


def test_a_new_endpoint_is_measured_from_its_own_first_price() -> None:
    story = Story(rulebook(rule("price-change", basis="endpoint", lasting=minutes(0))))
    story.poll(0, endpoints=[endpoint("a/one", "novita", prompt="1")])

    story.poll(15, endpoints=[endpoint("a/one", "novita", prompt="1"), endpoint("a/one", "groq", prompt="5")])
    story.poll(30, endpoints=[endpoint("a/one", "novita", prompt="1"), endpoint("a/one", "groq", prompt="6")])

    assert story.moves == [("a/one @ groq", "5", "6")]


def test_learning_a_policy_is_no_flip() -> None:
    story = Story(rulebook(rule("data-policy-flip", direction="any")))

    story.poll(0, policies={"novita": policy(retains_prompts=False)})
    story.poll(60, policies={"novita": policy(retains_prompts=False, training=True)})

    assert (story.alerts, story.gates) == ([], [Gate.SCHEMA])


def test_a_level_speaks_from_the_first_poll_all_in_one_message() -> None:
    story = Story(rulebook(rule("price-below", usd_per_million=Decimal("0.5"))))

    story.poll(
        0,
        endpoints=[
            endpoint("a/one", "novita", prompt="0.0000001"),
            endpoint("a/two", "novita", prompt="0.0000002"),
            endpoint("a/three", "novita", prompt="0.0000009"),
        ],
    )

    (notification,) = story.notifications
    assert sorted(alert.subject for alert in notification.alerts) == ["a/one", "a/two"]
