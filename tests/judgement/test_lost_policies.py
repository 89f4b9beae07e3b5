"""The policies of a whole surface: a field that all rows get, lose or get back is no flip."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    Story,
    at,
    policy,
    private,
    provider,
    rule,
    rulebook,
    when,
)
from watcher.alerts.severity import Severity
from watcher.catalog.names import Surface
from watcher.catalog.policy import DataPolicy
from watcher.catalog.sheets import Sheet
from watcher.judgement.decision import Gate
from watcher.rules.rule import Rule

TROUBLE = rule("catalog-trouble")
MANY = [f"provider-{number:02}" for number in range(68)]


def everybody(**facts: Any) -> dict[str, DataPolicy]:
    return {slug: private(**facts) for slug in MANY}


def listed_by(surface: Surface, rows: dict[str, DataPolicy]) -> Sheet[Any, Any]:
    return Sheet(surface=surface, rows=rows)


@pytest.mark.fault("a new field on every row")
def test_a_field_that_appears_on_68_providers_is_one_schema_change_and_no_flip() -> None:
    story = Story(rulebook(rule("data-policy-flip", fields=("requires_user_ids",), direction="any"), TROUBLE))
    story.poll(0, policies=everybody())

    story.poll(60, policies=everybody(requires_user_ids=True))

    (alert,) = story.alerts
    assert (alert.event, alert.subject, alert.field) == (
        "catalog.schema_changed",
        "provider",
        "requires_user_ids",
    )
    assert alert.context["rows"] == 68
    assert story.gates == [Gate.SCHEMA] * 68


def test_a_field_that_appears_on_a_few_rows_is_no_schema_change() -> None:
    story = Story(rulebook(TROUBLE))
    story.poll(0, policies=everybody())

    story.poll(60, policies=everybody() | {slug: private(retention_days=30) for slug in MANY[:4]})

    assert (story.alerts, story.gates) == ([], [Gate.SCHEMA] * 4)


def test_a_schema_change_is_an_event_of_its_own() -> None:
    story = Story(rulebook(when("catalog.schema_changed")))
    story.poll(0, policies=everybody())

    story.poll(60, policies=everybody(requires_user_ids=False))

    assert story.told == [("catalog.schema_changed", "provider")]


FLIPS = rule("data-policy-flip", direction="any")


def lost(*rules: Rule) -> Story:
    """Have all policies vanish with the move of their surface, as on 2026-07-17."""
    story = Story(rulebook(*rules))
    story.poll(
        0, providers=[provider(slug) for slug in MANY], policies=listed_by(Surface.PROVIDERS, everybody())
    )
    unknown = listed_by(Surface.PROVIDERS, {slug: DataPolicy() for slug in MANY})
    for moment in (60, 120):
        story.poll(moment, providers=[provider(slug) for slug in MANY], policies=unknown)
    return story


@pytest.mark.fault("a field removed everywhere")
def test_policies_lost_as_a_surface_are_one_alert_that_names_them() -> None:
    story = lost(FLIPS, TROUBLE)

    (alert,) = story.alerts

    assert (alert.event, alert.subject, alert.severity) == (
        "catalog.surface_lost",
        "providers",
        Severity.CRITICAL,
    )
    assert (alert.at, alert.told_at) == (at(60), at(120))
    assert alert.context["facts"] == ["can_publish", "retains_prompts", "training"]
    assert alert.context["reason"] == "can_publish, retains_prompts, training no longer in providers"


def test_a_lost_fact_that_no_rule_needs_is_not_told() -> None:
    assert lost(rule("model-added"), TROUBLE).alerts == []


@pytest.mark.fault("a field removed everywhere")
def test_policies_that_come_back_as_they_were_are_no_flips() -> None:
    story = lost(FLIPS, TROUBLE)

    story.poll(180, policies=everybody())

    assert [alert.event for alert in story.alerts if alert.rule == FLIPS.name] == []


def test_policies_that_come_back_with_another_value_are_flips() -> None:
    story = lost(FLIPS, TROUBLE)

    story.poll(180, policies=everybody() | {MANY[7]: private(training=True)})

    flips = [(alert.subject, alert.old, alert.new) for alert in story.alerts if alert.rule == FLIPS.name]
    assert flips == [(MANY[7], False, True)]


def test_policies_that_come_back_where_they_were_lost_are_told_as_back() -> None:
    story = lost(FLIPS, TROUBLE)

    story.poll(
        180, providers=[provider(slug) for slug in MANY], policies=listed_by(Surface.PROVIDERS, everybody())
    )

    assert story.told[-1] == ("catalog.surface_back", "providers")


def test_a_surface_without_policies_takes_none_from_the_surface_that_has_them() -> None:
    story = Story(rulebook(FLIPS, TROUBLE))
    unknown = listed_by(Surface.PROVIDERS, {slug: DataPolicy() for slug in MANY})
    known = [provider(slug) for slug in MANY]

    for hour in range(0, 6 * 60, 60):
        story.poll(hour, providers=known, policies=unknown)
        story.poll(hour + 30, policies=everybody())

    assert (story.alerts, story.suppressed) == ([], [])
    assert "training" not in story.state.surfaces[Surface.PROVIDERS].carried


def test_a_loss_on_one_surface_is_not_told_of_another() -> None:
    story = Story(rulebook(FLIPS, TROUBLE))
    known = [provider(slug) for slug in MANY]
    story.poll(0, providers=known, policies=everybody())
    for moment in (60, 120, 180):
        story.poll(moment, policies={slug: policy(training=False) for slug in MANY})
        story.poll(moment + 5, providers=known)

    assert story.told == [("catalog.surface_lost", "frontend")]


def test_a_surface_that_lost_all_policies_is_told_as_lost_and_is_not_blind() -> None:
    story = Story(rulebook(FLIPS, TROUBLE))
    story.poll(0, policies=everybody())

    for hour in range(1, 8):
        story.poll(hour * 60, policies={slug: DataPolicy() for slug in MANY})

    assert story.told == [("catalog.surface_lost", "frontend")]


def test_policies_that_are_gone_for_one_poll_were_never_lost() -> None:
    story = Story(rulebook(FLIPS, TROUBLE))
    story.poll(0, policies=everybody())

    story.poll(60, policies={slug: DataPolicy() for slug in MANY})
    story.poll(65, policies=everybody())

    assert story.alerts == []


def test_policies_of_a_refused_answer_are_not_read() -> None:
    story = Story(rulebook(FLIPS))
    story.poll(
        0, providers=[provider("novita")], policies=listed_by(Surface.PROVIDERS, {"novita": private()})
    )

    story.poll(
        60,
        providers=Sheet(surface=Surface.PROVIDERS, fault="HTTP 502"),
        policies=listed_by(Surface.PROVIDERS, {"novita": private(training=True)}),
    )
    story.poll(120, policies=Sheet(surface=Surface.FRONTEND, fault="HTTP 502"))

    assert story.alerts == []
    assert [refusal.surface for refusal in story.refused] == [Surface.PROVIDERS, Surface.FRONTEND]


def test_a_provider_that_is_not_listed_keeps_its_policy() -> None:
    story = Story(rulebook(FLIPS))
    story.poll(0, policies={"novita": private(), "groq": private()})
    story.poll(60, policies={"groq": private()})

    story.poll(120, policies={"groq": private(), "novita": private(training=True)})

    assert story.moves == [("novita", False, True)]
