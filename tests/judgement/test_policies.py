"""data-policy-flip: the world against the schema, providers against endpoints, and zero retention."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    Story,
    at,
    hours,
    policy,
    private,
    rule,
    rulebook,
)
from watcher.alerts.severity import Severity
from watcher.catalog.policy import DataPolicy


def flip(before: DataPolicy, after: DataPolicy, **parameters: Any) -> Story:
    story = Story(rulebook(rule("data-policy-flip", **parameters)))
    story.poll(0, policies={"novita": before})
    story.poll(60, policies={"novita": after})
    return story


def test_a_provider_that_begins_to_train_is_told_as_a_warning() -> None:
    (alert,) = flip(private(), private(training=True)).alerts

    assert (alert.event, alert.subject, alert.field) == ("provider.policy_changed", "novita", "training")
    assert (alert.old, alert.new, alert.severity) == (False, True, Severity.WARNING)
    assert (alert.at, alert.not_before) == (at(60), at(0))


def test_a_policy_that_became_better_is_told_as_info_unless_only_worse_was_asked_for() -> None:
    told = flip(private(training=True), private())
    silent = flip(private(training=True), private(), direction="worse")

    assert [alert.severity for alert in told.alerts] == [Severity.INFO]
    assert silent.alerts == []


def test_a_severity_that_the_user_wrote_holds_both_ways() -> None:
    story = flip(private(training=True), private(), direction="better", severity=Severity.CRITICAL)

    assert [alert.severity for alert in story.alerts] == [Severity.CRITICAL]


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("training", False, True),
        ("retains_prompts", False, True),
        ("retention_days", 0, 30),
        ("can_publish", False, True),
        ("zdr", True, False),
    ],
)
def test_less_private_is_worse_and_more_is_better(field: str, good: object, bad: object) -> None:
    worse = flip(policy(**{field: good}), policy(**{field: bad}), direction="worse")
    better = flip(policy(**{field: bad}), policy(**{field: good}), direction="worse")

    assert ([alert.field for alert in worse.alerts], better.alerts) == ([field], [])


@pytest.mark.parametrize("field", ["requires_user_ids", "trains_openrouter"])
def test_some_facts_are_told_on_request_only(field: str) -> None:
    unasked = flip(policy(**{field: False}), policy(**{field: True}))
    asked = flip(policy(**{field: False}), policy(**{field: True}), fields=(field,))

    assert (unasked.alerts, len(asked.alerts)) == ([], 1)


def test_unknown_never_reads_as_safe_and_the_last_known_value_stays_the_anchor() -> None:
    story = Story(rulebook(rule("data-policy-flip", direction="any")))
    story.poll(0, policies={"novita": private(), "groq": private()})
    story.poll(60, policies={"novita": private(training=None), "groq": private()})

    same, other = Story(story.book, story.state), Story(story.book, story.state)
    same.poll(120, policies={"novita": private(), "groq": private()})
    other.poll(120, policies={"novita": private(training=True), "groq": private()})

    assert story.alerts == same.alerts == []
    assert other.moves == [("novita", False, True)]


def test_a_flip_that_waits_is_not_told_while_its_value_is_unknown() -> None:
    story = Story(rulebook(rule("data-policy-flip", lasting=hours(1))))
    rest = {"groq": private()}
    story.poll(0, policies=rest | {"novita": private()})
    story.poll(60, policies=rest | {"novita": private(training=True)})

    story.poll(180, policies=rest | {"novita": private(training=None)})
    story.poll(240, policies=rest | {"novita": private(training=True)})

    assert [(alert.at, alert.told_at) for alert in story.alerts] == [(at(60), at(240))]
