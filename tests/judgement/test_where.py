"""The clause of a rule: what it sees, and that what it refuses is counted once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.builders import (
    Story,
    at,
    clause,
    endpoint,
    key,
    minutes,
    model,
    private,
    provider,
    rule,
    rulebook,
    when,
)
from watcher.judgement.decision import Gate
from watcher.rules.rule import Rule

GLM = "z-ai/glm-5.2"
NOW = minutes(0)


def told_of(watch: Rule, *prices: str) -> Story:
    story = Story(rulebook(watch))
    for index, price in enumerate(prices):
        story.poll(index * 15, endpoints=[endpoint(GLM, "novita", prompt=price)])
    return story


@pytest.mark.parametrize("verdict", [False, None])
def test_a_change_whose_clause_is_false_or_unknown_is_counted_once(verdict: bool | None) -> None:
    story = told_of(rule("price-change", lasting=NOW, where=clause(lambda _: verdict)), "1", "2", "2", "2")

    assert (story.alerts, story.gates) == ([], [Gate.WHERE])


@pytest.mark.parametrize("verdict", [False, None])
@pytest.mark.parametrize("scope", ["model", "endpoint", "provider"])
def test_a_level_whose_clause_is_false_or_unknown_is_counted_once_each_time_it_turns_wrong(
    scope: str, verdict: bool | None
) -> None:
    watch = rule("uptime-drop", scope=scope, lasting=NOW, where=clause(lambda _: verdict))
    story = Story(rulebook(watch))

    for index, uptime in enumerate((99, 10, 10, 10, None, 99, 10, 10)):
        served = [endpoint(GLM, f"novita/{region}", uptime=uptime) for region in ("eu", "us", "asia")]
        story.poll(index * 15, endpoints=served)

    refused = [(item.at, item.gate) for item in story.suppressed]
    subjects = 3 if scope == "endpoint" else 1
    assert (story.alerts, refused) == (
        [],
        [(at(15), Gate.WHERE)] * subjects + [(at(90), Gate.WHERE)] * subjects,
    )


def test_a_change_whose_clause_is_true_is_told_and_says_so() -> None:
    story = told_of(rule("price-change", lasting=NOW, where=clause(lambda _: True)), "1", "2")

    assert story.alerts[0].reasons[-1] == "where is true: clause"


def test_what_a_clause_refused_is_told_when_it_becomes_true_while_it_lasts() -> None:
    large = clause(lambda facts: facts["change.percent"] >= 150)  # type: ignore[operator]  # a number here

    story = told_of(rule("price-change", lasting=NOW, where=large), "1", "2", "3")

    assert story.moves == [(GLM, "1", "3")]


def seen_by(watch_name: str) -> Mapping[str, object]:
    """Return the variables that a clause is given by one telling of an event."""
    facts: dict[str, object] = {}

    def note(variables: Mapping[str, object]) -> bool:
        facts.update(variables)
        return True

    story = Story(rulebook(when(watch_name, where=clause(note))))
    for minute, price in ((0, "0.000001"), (5, "0.000002")):
        story.poll(
            minute,
            models=[model(GLM), model("a/stays", supported_parameters=frozenset({price}))],
            endpoints=[endpoint(GLM, "novita", prompt=price, uptime=97.0)],
            providers=[provider("novita", headquarters=price)],
            policies={"novita": private(retention_days=len(price))},
        )
    story.poll(65, policies={"novita": private(retention_days=30)}, models=[model(GLM), model("a/new")])
    return facts


def test_a_clause_about_an_endpoint_sees_its_model_and_provider_too() -> None:
    facts = seen_by("endpoint.price_changed")

    assert (facts["model.id"], facts["model.author"], facts["model.variant"]) == (GLM, "z-ai", "standard")
    assert (facts["endpoint.tag"], facts["endpoint.tier"], facts["endpoint.uptime"]) == (
        "novita",
        "standard",
        97.0,
    )
    assert (facts["provider.slug"], facts["provider.training"]) == ("novita", False)
    assert (facts["endpoint.prompt_price"], facts["model.prompt_price"]) == (Decimal(2), Decimal(2))


def test_a_clause_sees_prices_in_usd_per_million_and_moves_in_percent() -> None:
    facts = seen_by("model.price_changed")

    assert (facts["change.field"], facts["change.percent"]) == ("pricing.prompt", Decimal(100))
    assert (facts["change.old"], facts["change.new"]) == (Decimal(1), Decimal(2))
    assert facts["model.endpoints"] == 1


def test_a_clause_about_a_provider_sees_its_policy() -> None:
    facts = seen_by("provider.policy_changed")

    assert (facts["change.field"], facts["change.old"], facts["change.new"]) == ("retention_days", 8, 30)
    assert (facts["provider.name"], facts["provider.retention_days"]) == ("Novita", 30)


def test_a_change_that_is_no_number_has_no_percent() -> None:
    facts = seen_by("model.added")

    assert (facts["change.percent"], facts["change.old"], facts["change.new"]) == (None, None, None)
    assert facts["model.endpoints"] is None


def test_a_flag_is_no_number_to_a_clause() -> None:
    percents: list[object] = []

    def note(facts: Mapping[str, object]) -> bool:
        percents.append(facts["change.percent"])
        return True

    story = Story(rulebook(rule("data-policy-flip", where=clause(note))))

    story.poll(0, policies={"novita": private()})
    story.poll(60, policies={"novita": private(training=True)})

    assert percents == [None]


def test_an_endpoint_of_a_model_that_is_not_listed_has_unknown_variables_of_the_model() -> None:
    seen: list[Mapping[str, object]] = []

    def note(facts: Mapping[str, object]) -> bool:
        seen.append(facts)
        return True

    story = Story(rulebook(when("endpoint.policy_changed", where=clause(note))))
    story.poll(0, endpoint_policies={key(GLM, "novita"): private()})
    story.poll(60, endpoint_policies={key(GLM, "novita"): private(training=True)})

    assert {name.partition(".")[0] for name in seen[0]} == {"endpoint", "provider", "change"}
