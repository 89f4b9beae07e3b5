"""The smaller presets: what each tells, and what it does not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import (
    Story,
    at,
    days,
    endpoint,
    free,
    hours,
    minutes,
    model,
    offers,
    provider,
    rule,
    rulebook,
    when,
)
from watcher.alerts.severity import Severity
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import Sheet
from watcher.judgement.decision import Gate

STAYS = model("a/stays")
DAY = 24 * 60


def changed(use: str, before: dict[str, Any], after: dict[str, Any], **parameters: Any) -> Story:
    story = Story(rulebook(rule(use, **parameters)))
    story.poll(0, models=[STAYS, model("a/one", **before)])
    story.poll(5, models=[STAYS, model("a/one", **after)])
    return story


CAPABLE = frozenset({"tools", "reasoning", "temperature"})


@pytest.mark.parametrize(
    ("field", "before", "after", "told"),
    [
        ("supported_parameters", CAPABLE, CAPABLE - {"tools"}, True),
        ("supported_parameters", CAPABLE, CAPABLE - {"reasoning"}, True),
        ("supported_parameters", CAPABLE, CAPABLE - {"temperature"}, False),
        ("supported_parameters", CAPABLE, CAPABLE | {"seed"}, False),
        ("input_modalities", frozenset({"text", "image"}), frozenset({"text"}), True),
        ("output_modalities", frozenset({"text"}), frozenset({"text", "image"}), False),
    ],
)
def test_capability_lost_tells_what_users_build_on(
    field: str, before: object, after: object, told: bool
) -> None:
    story = changed("capability-lost", {field: before}, {field: after})

    assert [alert.field for alert in story.alerts] == ([field] if told else [])


def test_a_smaller_context_is_told_and_a_larger_is_not() -> None:
    story = Story(rulebook(rule("context-change")))

    for minute, length in ((0, 128_000), (15, 256_000), (75, 256_000), (120, 64_000)):
        story.poll(minute, endpoints=[endpoint("a/one", "novita", context_length=length)])

    assert story.moves == [("a/one", 256_000, 64_000)]
    assert (story.alerts[0].event, story.alerts[0].percent) == ("model.changed", Decimal(-75))


def test_the_context_of_a_row_without_an_endpoint_that_changed_is_not_told() -> None:
    story = changed("context-change", {"context_length": 128_000}, {"context_length": 64_000})

    assert story.alerts == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("bf16", "fp8", True),
        ("fp8", "fp4", True),
        ("fp8", "bf16", False),
        ("bf16", "unknown", False),
        ("fp8", "int8", False),
    ],
)
def test_a_quantization_downgrade_keeps_fewer_bits(before: str, after: str, told: bool) -> None:
    story = Story(rulebook(rule("quantization-downgrade")))

    for minute, quantization in ((0, before), (15, after)):
        story.poll(minute, endpoints=[endpoint("a/one", "novita", quantization=quantization)])

    assert [(alert.old, alert.new) for alert in story.alerts] == ([(before, after)] if told else [])


def test_a_quantization_that_is_not_told_for_a_while_is_remembered() -> None:
    story = Story(rulebook(rule("quantization-downgrade"), when("endpoint.changed")))

    for minute, quantization in ((0, "bf16"), (15, "unknown"), (30, "bf16"), (45, "unknown"), (60, "fp8")):
        story.poll(minute, endpoints=[endpoint("a/one", "novita", quantization=quantization)])

    assert [(alert.rule, alert.old, alert.new) for alert in story.alerts] == [
        ("quantization-downgrade", "bf16", "fp8"),
        ("endpoint.changed", "bf16", "fp8"),
    ]


def test_names_that_no_row_has_any_more_changed_on_none() -> None:
    story = Story(rulebook(when("model.changed")))
    story.poll(0, models=[model(f"a/{number}", name="A model") for number in range(6)])

    story.poll(5, models=[model(f"a/{number}", name=f"a/{number}") for number in range(6)])

    assert (story.alerts, set(story.gates)) == ([], {Gate.SCHEMA})


def test_an_alias_that_points_elsewhere_is_told_and_nothing_else_of_it() -> None:
    rules = (rule("alias-retargeted"), when("model.changed"), rule("new-free-variant"))
    story = Story(rulebook(*rules))
    alias = "~a/latest"
    story.poll(0, models=[STAYS, model(alias, alias_target=ModelId("a/stays"))])

    story.poll(5, models=[STAYS, free(alias, alias_target=ModelId("a/two"), moderated=True)])

    assert story.told == [("alias.retargeted", alias)]
    assert set(story.gates) == {Gate.ALIAS_ECHO}
    assert story.moves == [(alias, "a/stays", "a/two")]


def test_the_price_of_an_alias_row_echoes_its_target() -> None:
    story = Story(rulebook())
    story.poll(0, models=[STAYS, model("~a/latest", alias_target=ModelId("a/stays"))])

    story.poll(5, models=[STAYS, model("~a/latest", prompt="1", alias_target=ModelId("a/stays"))])

    assert story.gates == [Gate.ALIAS_ECHO]


def test_the_endpoints_listed_under_an_alias_are_its_targets() -> None:
    rules = (when("endpoint.price_changed"), when("endpoint.added"), when("endpoint.changed"))
    story = Story(rulebook(*rules))
    rows = [STAYS, model("~a/latest", alias_target=ModelId("a/stays"))]
    both = ("a/stays", "~a/latest")
    story.poll(0, models=rows, endpoints=[endpoint(one, "novita") for one in both])

    story.poll(
        15,
        endpoints=[
            *(endpoint(one, "novita", prompt="1", quantization="fp4") for one in both),
            *(endpoint(one, "groq") for one in both),
        ],
    )

    assert {subject for _, subject in story.told} == {"a/stays @ novita", "a/stays @ groq"}
    assert set(story.gates) == {Gate.ALIAS_ECHO}


def test_the_price_of_a_row_whose_endpoints_did_not_move_is_another_one_leading() -> None:
    story = Story(rulebook(rule("price-change", lasting=minutes(0))))
    story.poll(0, models=[STAYS], endpoints=[endpoint("a/stays", "novita")])

    story.poll(5, models=[model("a/stays", prompt="1")])

    assert (story.alerts, story.gates) == ([], [Gate.TOP_ENDPOINT_SWITCH])


def test_the_price_of_a_row_whose_endpoint_moved_is_no_switch() -> None:
    story = Story(rulebook())
    story.poll(0, models=[STAYS], endpoints=[endpoint("a/stays", "novita")])

    story.poll(
        5, models=[model("a/stays", prompt="1")], endpoints=[endpoint("a/stays", "novita", prompt="1")]
    )

    assert story.gates == []


def test_providers_that_come_and_go_are_told() -> None:
    story = Story(rulebook(rule("provider-added"), rule("provider-removed")))
    story.poll(0, providers=[provider("novita"), provider("groq")])

    for moment in (60, 120):
        story.poll(moment, providers=[provider("novita"), provider("xai")])
    story.poll(180, providers=[provider("novita"), provider("xai"), provider("groq")])

    assert story.told == [("provider.added", "xai"), ("provider.removed", "groq"), ("provider.added", "groq")]
    assert story.alerts[1].at == at(60)


@pytest.mark.parametrize("field", ["terms_of_service_url", "privacy_policy_url", "status_page_url"])
def test_other_terms_are_told(field: str) -> None:
    story = Story(rulebook(rule("terms-changed")))

    for moment, address in ((0, "https://old.example"), (60, "https://new.example")):
        story.poll(moment, providers=[provider("novita", **{field: address})])

    assert [(alert.event, alert.field) for alert in story.alerts] == [("provider.changed", field)]


def test_another_headquarters_is_nothing_to_terms_changed() -> None:
    story = Story(rulebook(rule("terms-changed"), when("provider.changed", name="any")))

    for moment, country in ((0, "US"), (60, "SG")):
        story.poll(moment, providers=[provider("novita", headquarters=country)])

    assert [alert.rule for alert in story.alerts] == ["any"]


def expiring(*dates: tuple[float, date | None], **parameters: Any) -> Story:
    story = Story(rulebook(rule("deprecation", **parameters)))
    for moment, expires in dates:
        story.poll(moment, models=[STAYS, model("a/one", expires=expires)])
    return story


def test_a_date_that_is_set_or_moved_is_told() -> None:
    story = expiring((0, None), (5, date(2026, 12, 1)), (10, date(2026, 12, 24)))

    assert story.told == [("model.deprecated", "a/one")] * 2
    assert story.moves[1] == ("a/one", "2026-12-01", "2026-12-24")
    assert story.alerts[0].severity == Severity.WARNING


def test_a_date_is_told_as_lifted_once_it_stayed_away_for_a_week() -> None:
    story = expiring((0, date(2026, 12, 1)), (5, None), (5 * DAY, None), (8 * DAY, None))

    assert [alert.told_at for alert in story.alerts] == [at(8 * DAY)]


def test_a_date_that_comes_and_goes_with_who_leads_is_told_once() -> None:
    december = date(2026, 12, 1)

    story = expiring(
        (0, None), (5, december), (3 * DAY, None), (5 * DAY, december), (7 * DAY, None), (9 * DAY, december)
    )

    assert len(story.alerts) == 1


def test_a_date_that_no_row_carries_any_more_was_not_lifted() -> None:
    story = Story(rulebook(rule("deprecation", lifted_for=days(0))))
    rows = {"a/stays": STAYS, "a/one": model("a/one", expires=date(2026, 12, 1))}
    keys = frozenset({"id", "pricing"})
    story.poll(0, models=Sheet(surface=Surface.MODELS, rows=rows, carries=keys | {"expiration_date"}))

    bare = rows | {"a/one": model("a/one")}
    story.poll(5, models=Sheet(surface=Surface.MODELS, rows=bare, carries=keys))

    assert story.alerts == []


def reminders(story: Story) -> list[float]:
    told = [alert for alert in story.alerts if alert.context.get("kind") == "reminder"]
    return [(alert.told_at - at(0)) / days(1) for alert in told]


def test_a_date_is_reminded_of_before_it_comes() -> None:
    story = expiring((0, None), *((day * DAY, date(2026, 8, 20)) for day in range(1, 60)))

    assert reminders(story) == [15, 38, 44]


def test_a_reminder_whose_time_was_past_when_the_date_came_is_not_made_up_for() -> None:
    story = expiring((0, None), *((day * DAY, date(2026, 7, 16)) for day in range(1, 20)))

    assert reminders(story) == [3, 9]


def test_a_date_that_moved_is_reminded_of_anew() -> None:
    story = expiring(
        (0, date(2026, 7, 16)),
        *((day * DAY, date(2026, 7, 16)) for day in range(1, 5)),
        *((day * DAY, date(2026, 8, 16)) for day in range(5, 45)),
    )

    assert reminders(story) == [3, 11, 34, 40]


def test_an_alias_is_not_reminded_of_beside_its_target() -> None:
    story = Story(rulebook(rule("deprecation")))
    alias = model("~a/latest", alias_target=ModelId("a/stays"), expires=date(2026, 7, 16))
    for day in range(12):
        story.poll(day * DAY, models=[STAYS, alias])

    assert reminders(story) == []


def test_models_out_of_scope_are_not_reminded_of() -> None:
    story = expiring(*((day * DAY, date(2026, 7, 16)) for day in range(12)), models=("b/*",))

    assert story.alerts == []


def test_an_endpoint_that_came_and_left_is_told_by_the_general_form() -> None:
    story = Story(rulebook(when("endpoint.added"), when("endpoint.removed", lasting=hours(1))))
    both = [endpoint("a/one", "novita"), endpoint("a/one", "groq")]
    story.poll(0, endpoints=both[:1])

    story.poll(15, endpoints=both)
    for moment in (30, 45, 90, 105):
        story.poll(moment, endpoints=offers(both[0]))

    assert story.told == [("endpoint.added", "a/one @ groq"), ("endpoint.removed", "a/one @ groq")]
    assert story.alerts[1].at == at(30)


def test_a_model_offers_no_smaller_context_because_one_endpoint_hides_its_own() -> None:
    large = endpoint("a/one", "novita", context_length=1_000_000)
    hidden = endpoint("a/one", "novita", context_length=None)
    small = endpoint("a/one", "together", context_length=200_000)
    story = Story(rulebook(rule("context-change")))
    story.poll(0, endpoints=[large, small])

    story.poll(15, endpoints=[hidden, small])
    story.poll(30, endpoints=[large, small])

    assert story.told == []
