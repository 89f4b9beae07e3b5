"""data-policy-flip: the world against the schema, providers against endpoints, and zero retention."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    Story,
    at,
    endpoint,
    hours,
    key,
    model,
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
from watcher.catalog.sheets import AskedSheet, Sheet
from watcher.judgement.decision import Gate
from watcher.rules.rule import Rule

TROUBLE = rule("catalog-trouble")
MANY = [f"provider-{number:02}" for number in range(68)]
GLM = "z-ai/glm-5.2"


def everybody(**facts: Any) -> dict[str, DataPolicy]:
    return {slug: private(**facts) for slug in MANY}


def listed_by(surface: Surface, rows: dict[str, DataPolicy]) -> Sheet[Any, Any]:
    return Sheet(surface=surface, rows=rows)


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


NOVITA, GROQ = endpoint(GLM, "novita"), endpoint(GLM, "groq")


def test_a_providers_flip_that_its_endpoints_repeat_is_one_message_about_the_provider() -> None:
    story = Story(rulebook(FLIPS))
    own, second = key(GLM, "novita"), key("qwen/qwen4", "novita")
    story.poll(
        0,
        endpoints=[NOVITA, endpoint("qwen/qwen4", "novita")],
        providers=[provider("novita")],
        policies={"novita": private()},
        endpoint_policies={own: private(), second: private()},
    )

    story.poll(
        60,
        policies={"novita": private(training=True)},
        endpoint_policies={own: private(training=True), second: private(training=True)},
    )

    (alert,) = story.alerts
    assert (alert.subject, alert.context["also"]) == ("novita", sorted((own.label, second.label)))
    assert story.gates == [Gate.POLICY_ECHO] * 2


def test_an_endpoints_own_flip_is_told_as_such() -> None:
    story = Story(rulebook(FLIPS))
    story.poll(
        0,
        endpoints=[NOVITA],
        policies={"novita": private()},
        endpoint_policies={key(GLM, "novita"): private()},
    )

    story.poll(
        60, policies={"novita": private()}, endpoint_policies={key(GLM, "novita"): private(can_publish=True)}
    )

    (alert,) = story.alerts
    assert (alert.event, alert.subject, alert.provider) == (
        "endpoint.policy_changed",
        f"{GLM} @ novita",
        "novita",
    )


@pytest.mark.parametrize(
    ("providers_before", "providers_after"),
    [(True, False), (None, True)],
    ids=["flips the other way", "is only learnt"],
)
def test_an_endpoints_flip_is_its_own_where_its_providers_move_does_not_explain_it(
    providers_before: bool | None, providers_after: bool
) -> None:
    story = Story(rulebook(rule("data-policy-flip", direction="worse")))
    own = key(GLM, "novita")
    story.poll(
        0,
        endpoints=[NOVITA],
        policies={"novita": private(training=providers_before)},
        endpoint_policies={own: private()},
    )

    story.poll(
        60,
        policies={"novita": private(training=providers_after)},
        endpoint_policies={own: private(training=True)},
    )

    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ novita"]


def test_a_policy_of_an_endpoint_that_was_never_swept_is_told_under_its_own_name() -> None:
    story = Story(rulebook(FLIPS))
    story.poll(0, endpoint_policies={key(GLM, "novita/fp8"): private()})

    story.poll(60, endpoint_policies={key(GLM, "novita/fp8"): private(training=True)})

    (alert,) = story.alerts
    assert (alert.subject, alert.model, alert.provider) == (f"{GLM} @ novita/fp8", GLM, "novita")


def test_an_endpoints_flip_is_confirmed_by_the_surface_that_showed_it() -> None:
    story = Story(rulebook(rule("data-policy-flip", lasting=hours(1))))
    story.poll(0, endpoints=[NOVITA], endpoint_policies={key(GLM, "novita"): private()})
    story.poll(60, endpoint_policies={key(GLM, "novita"): private(training=True)})

    story.poll(120, endpoints=[NOVITA])
    story.poll(125, endpoint_policies={key(GLM, "novita"): private(training=True)})

    assert [alert.told_at for alert in story.alerts] == [at(125)]


def test_an_unusable_list_of_endpoint_policies_says_nothing() -> None:
    story = Story(rulebook(FLIPS))
    story.poll(0, endpoints=[NOVITA], endpoint_policies={key(GLM, "novita"): private()})

    story.poll(60, endpoint_policies=AskedSheet(surface=Surface.FRONTEND_ENDPOINTS, fault="HTTP 404"))

    assert (story.alerts, story.suppressed) == ([], [])


def zero_retention() -> Story:
    story = Story(rulebook(FLIPS))
    members = [key(GLM, "novita"), key(GLM, "groq")]
    story.poll(0, endpoints=[NOVITA, GROQ], zdr=members)
    return story


def test_leaving_zero_retention_is_a_flip_once_it_is_confirmed() -> None:
    story = zero_retention()

    story.poll(60, zdr=[key(GLM, "groq")])
    story.poll(120, zdr=[key(GLM, "groq")])

    (alert,) = story.alerts
    assert (alert.subject, alert.field, alert.old, alert.new) == (f"{GLM} @ novita", "zdr", True, False)
    assert (alert.at, alert.told_at, alert.severity) == (at(60), at(120), Severity.WARNING)


def test_joining_zero_retention_is_a_flip_to_the_better() -> None:
    story = Story(rulebook(FLIPS))
    story.poll(0, endpoints=[NOVITA, GROQ], zdr=[key(GLM, "groq")])

    story.poll(60, zdr=[key(GLM, "groq"), key(GLM, "novita")])

    assert [(alert.old, alert.new, alert.severity) for alert in story.alerts] == [
        (False, True, Severity.INFO)
    ]


def test_an_endpoint_that_comes_with_zero_retention_flips_nothing() -> None:
    story = zero_retention()

    members = [key(GLM, "groq"), key(GLM, "novita"), key(GLM, "baseten")]
    story.poll(60, endpoints=[NOVITA, GROQ, endpoint(GLM, "baseten")], zdr=members)

    assert story.alerts == []


def test_an_endpoint_that_leaves_with_its_zero_retention_flips_nothing() -> None:
    story = zero_retention()

    for moment in (60, 120):
        story.poll(moment, endpoints=[GROQ], zdr=[key(GLM, "groq")])

    assert story.alerts == []


def test_an_endpoint_under_another_tag_keeps_its_zero_retention() -> None:
    story = zero_retention()
    renamed = endpoint(GLM, "novita/fp8", quantization="fp8")

    for moment in (60, 120, 180):
        story.poll(moment, endpoints=[renamed, GROQ], zdr=[key(GLM, "novita/fp8"), key(GLM, "groq")])

    assert story.alerts == []


def test_zero_retention_that_only_blinked_is_counted_as_such() -> None:
    story = zero_retention()

    story.poll(60, zdr=[key(GLM, "groq")])
    story.poll(65, zdr=[key(GLM, "groq"), key(GLM, "novita")])

    assert [(item.gate, item.subject, item.field) for item in story.suppressed] == [
        (Gate.UNCONFIRMED, f"{GLM} @ novita", "zdr")
    ]
    assert story.alerts == []


def test_an_empty_list_of_zero_retention_is_refused() -> None:
    story = zero_retention()

    for moment in (60, 120):
        story.poll(moment, zdr=[])

    assert (story.alerts, len(story.refused)) == ([], 2)


def test_zero_retention_that_waits_is_told_by_its_own_surface() -> None:
    story = Story(rulebook(rule("data-policy-flip", lasting=hours(2))))
    story.poll(0, endpoints=[NOVITA, GROQ], zdr=[key(GLM, "novita"), key(GLM, "groq")])
    for moment in (60, 120):
        story.poll(moment, zdr=[key(GLM, "groq")])

    story.poll(185, endpoints=[NOVITA, GROQ])
    story.poll(190, zdr=[key(GLM, "groq")])

    assert [alert.told_at for alert in story.alerts] == [at(190)]


def test_a_model_that_leaves_and_returns_neither_leaves_nor_joins_zero_retention() -> None:
    story = Story(rulebook(FLIPS))
    seats = [key(GLM, "novita"), key("qwen/qwen4", "novita")]
    both = [model(GLM), model("qwen/qwen4")]
    story.poll(0, models=both, endpoints=[NOVITA, endpoint("qwen/qwen4", "novita")], zdr=seats)

    for moment in (60, 120, 180):
        story.poll(moment, models=both[1:], endpoints=[endpoint("qwen/qwen4", "novita")], zdr=seats[1:])
    for moment in (240, 300):
        story.poll(moment, models=both, endpoints=[NOVITA, endpoint("qwen/qwen4", "novita")], zdr=seats)

    assert story.alerts == []
