"""What can be had for nothing: new-free-variant and free-variant-gone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Story, at, free, minutes, model, rule, rulebook, tariff
from watcher.catalog.model import Model
from watcher.catalog.names import ModelId
from watcher.judgement.decision import Gate

STAYS = model("a/stays")
HY3 = free("tencent/hy3:free")
WEEK = 7 * 24 * 60


def heard_of(newcomer: Model) -> list[tuple[str, str]]:
    """Return what new-free-variant tells when a model comes."""
    story = Story(rulebook(rule("new-free-variant")))
    story.poll(0, models=[STAYS])
    for moment in (5, 60, 120):
        story.poll(moment, models=[STAYS, newcomer])
    return story.told


def test_a_new_free_variant_is_told_at_once() -> None:
    story = Story(rulebook(rule("new-free-variant")))
    story.poll(0, models=[STAYS])

    story.poll(5, models=[STAYS, HY3])

    (alert,) = story.alerts
    assert (alert.event, alert.subject, alert.field) == ("model.added", "tencent/hy3:free", None)
    assert (alert.at, alert.not_before, alert.told_at) == (at(5), at(0), at(5))


def test_a_free_variant_that_flaps_is_told_once() -> None:
    story = Story(rulebook(rule("new-free-variant")))
    story.poll(0, models=[STAYS])

    for day in range(5):
        story.poll(day * 1440 + 5, models=[STAYS, HY3])
        story.poll(day * 1440 + 600, models=[STAYS])
        story.poll(day * 1440 + 620, models=[STAYS])

    assert story.told == [("model.added", "tencent/hy3:free")]
    assert story.gates == [Gate.FLAP] * 4


def test_a_free_variant_back_after_again_after_is_new_again() -> None:
    story = Story(rulebook(rule("new-free-variant")))
    story.poll(0, models=[STAYS, HY3])
    story.poll(5, models=[STAYS])
    story.poll(20, models=[STAYS])

    story.poll(WEEK + 60, models=[STAYS, HY3])

    assert story.told == [("model.added", "tencent/hy3:free")]


@pytest.mark.parametrize(
    "newcomer",
    [
        model("a/paid"),
        free("openrouter/free"),
        free("~google/gemini-flash-latest"),
        free("a/alias", alias_target=ModelId("a/stays")),
        free("google/lyria-3-pro", output_modalities=frozenset({"audio", "text"})),
        model("a/search", tariff=tariff("0", "0", web_search="0.01")),
        model("a/half", prompt="0", completion="0.000001"),
        model("a/auto", prompt="-1", completion="-1"),
        model("a/unpriced", prompt=None, completion=None),
    ],
    ids=lambda newcomer: newcomer.id,
)
def test_what_is_no_free_offer_is_not_told_as_one(newcomer: Model) -> None:
    assert heard_of(newcomer) == []


def test_a_song_model_whose_id_says_free_is_free() -> None:
    song = free("google/lyria-3-pro:free", output_modalities=frozenset({"audio"}))

    assert heard_of(song) == [("model.added", "google/lyria-3-pro:free")]


def test_a_model_that_became_free_is_told_after_for() -> None:
    story = Story(rulebook(rule("new-free-variant")))
    story.poll(0, models=[STAYS, model("a/one")])

    for moment in (5, 20, 35):
        story.poll(moment, models=[STAYS, free("a/one")])

    (alert,) = story.alerts
    assert (alert.event, alert.field, alert.old, alert.new) == ("model.price_changed", "free", False, True)
    assert (alert.at, alert.told_at) == (at(5), at(35))


def test_a_newcomer_says_that_it_waited_for_nothing() -> None:
    story = Story(rulebook(rule("new-free-variant")))
    story.poll(0, models=[STAYS])

    story.poll(5, models=[STAYS, HY3])

    assert story.alerts[0].reasons == ("first shown at 2026-07-06 12:05 UTC", "new to us: told at once")


def test_a_price_of_zero_for_a_moment_makes_nothing_free() -> None:
    story = Story(rulebook(rule("new-free-variant")))
    story.poll(0, models=[STAYS, model("a/one")])

    story.poll(5, models=[STAYS, free("a/one")])
    story.poll(20, models=[STAYS, model("a/one")])
    story.poll(60, models=[STAYS, model("a/one")])

    assert (story.alerts, story.gates) == ([], [Gate.FLAP])


def test_a_model_that_came_paid_has_to_stay_free_for_as_long_as_any_other() -> None:
    story = Story(rulebook(rule("new-free-variant")))
    story.poll(0, models=[STAYS])
    story.poll(5, models=[STAYS, model("a/one")])

    story.poll(WEEK, models=[STAYS, free("a/one")])
    story.poll(WEEK + 15, models=[STAYS, model("a/one")])

    assert story.alerts == []


def test_a_newcomer_whose_price_is_known_a_poll_later_is_told_then() -> None:
    story = Story(rulebook(rule("new-free-variant")))
    story.poll(0, models=[STAYS])
    story.poll(5, models=[STAYS, model("tencent/hy3:free", prompt=None, completion=None)])

    story.poll(10, models=[STAYS, HY3])

    assert story.told == [("model.added", "tencent/hy3:free")]


def test_a_free_variant_that_left_is_told_once_its_absence_is_confirmed() -> None:
    story = Story(rulebook(rule("free-variant-gone")))
    story.poll(0, models=[STAYS, HY3])

    story.poll(5, models=[STAYS])
    story.poll(20, models=[STAYS])

    (alert,) = story.alerts
    assert (alert.event, alert.subject, alert.at) == ("model.removed", "tencent/hy3:free", at(5))


def test_a_free_model_that_began_to_cost_is_told_as_its_price() -> None:
    story = Story(rulebook(rule("free-variant-gone", lasting=minutes(30))))
    story.poll(0, models=[STAYS, free("a/one")])

    for moment in (5, 20, 35):
        story.poll(moment, models=[STAYS, model("a/one")])

    (alert,) = story.alerts
    assert (alert.event, alert.old, alert.new) == ("model.price_changed", True, False)


def test_what_was_told_as_no_longer_free_is_told_when_it_is_free_again() -> None:
    story = Story(rulebook(rule("free-variant-gone")))
    story.poll(0, models=[STAYS, HY3])
    story.poll(5, models=[STAYS])
    story.poll(20, models=[STAYS])

    story.poll(60, models=[STAYS, model("tencent/hy3:free")])
    story.poll(120, models=[STAYS, HY3])

    assert [event for event, _ in story.told] == ["model.removed", "model.added"]
    assert story.alerts[-1].context["kind"] == "back"


def test_a_paid_model_that_leaves_or_becomes_free_is_nothing_to_free_variant_gone() -> None:
    story = Story(rulebook(rule("free-variant-gone")))
    story.poll(0, models=[STAYS, model("a/one"), model("a/two")])

    for moment in (5, 20, 60, 120):
        story.poll(moment, models=[STAYS, free("a/two")])

    assert story.alerts == []


def test_what_was_told_as_free_now_is_told_when_it_costs_again_however_short_it_was_free() -> None:
    story = Story(rulebook(rule("new-free-variant"), rule("free-variant-gone")))
    story.poll(0, models=[STAYS, model("a/one")])
    for moment in (5, 20, 35):
        story.poll(moment, models=[STAYS, free("a/one")])

    story.poll(50, models=[STAYS, model("a/one")])

    assert [(alert.rule, alert.old, alert.new) for alert in story.alerts] == [
        ("new-free-variant", False, True),
        ("free-variant-gone", True, False),
    ]


def test_what_was_told_as_new_is_told_as_gone_where_its_price_was_missing_at_first() -> None:
    story = Story(rulebook(rule("new-free-variant"), rule("free-variant-gone")))
    story.poll(0, models=[STAYS])
    story.poll(5, models=[STAYS, free("tencent/hy3:free", tariff=tariff(None, None))])
    story.poll(10, models=[STAYS, HY3])

    story.poll(15, models=[STAYS])
    story.poll(30, models=[STAYS])

    assert story.told == [("model.added", "tencent/hy3:free"), ("model.removed", "tencent/hy3:free")]


def test_what_was_free_for_less_than_it_takes_to_be_told_is_not_told_as_gone() -> None:
    story = Story(rulebook(rule("new-free-variant"), rule("free-variant-gone")))
    story.poll(0, models=[STAYS, model("a/one")])
    story.poll(5, models=[STAYS, free("a/one")])

    story.poll(25, models=[STAYS, model("a/one")])

    assert story.alerts == []


def test_what_was_told_as_new_to_others_is_no_reason_to_tell_that_it_is_gone() -> None:
    story = Story(
        rulebook(rule("new-free-variant", notify=("mail",)), rule("free-variant-gone", notify=("slack",)))
    )
    story.poll(0, models=[STAYS, model("a/one")])
    for moment in (5, 20, 35):
        story.poll(moment, models=[STAYS, free("a/one")])

    story.poll(50, models=[STAYS, model("a/one")])

    assert [alert.rule for alert in story.alerts] == ["new-free-variant"]


def test_an_alias_of_a_free_model_is_not_told_beside_it() -> None:
    story = Story(rulebook(rule("new-free-variant")))
    alias = model("~tencent/hy-latest", alias_target=ModelId("tencent/hy3:free"))
    story.poll(0, models=[STAYS, alias])

    story.poll(5, models=[STAYS, HY3, free("~tencent/hy-latest", alias_target=ModelId("tencent/hy3:free"))])

    assert story.told == [("model.added", "tencent/hy3:free")]


@pytest.mark.parametrize(
    "unsaid",
    [
        {"tariff": tariff("0", None)},
        {"tariff": tariff(None, None)},
        {"tariff": tariff("-1", "-1")},
        {"id": ModelId("tencent/hy3"), "output_modalities": None},
    ],
    ids=["one price missing", "no prices", "dynamic prices", "what it puts out"],
)
def test_a_free_model_that_does_not_say_so_for_a_poll_has_not_begun_to_cost(unsaid: dict[str, Any]) -> None:
    name = unsaid.get("id", HY3.id)
    before, blurred = free(name), free(name, **unsaid)
    story = Story(rulebook(rule("free-variant-gone"), rule("new-free-variant")))
    story.poll(0, models=[STAYS, before])

    story.poll(5, models=[STAYS, blurred])
    story.poll(60, models=[STAYS, blurred])
    story.poll(65, models=[STAYS, before])

    assert story.told == []


def test_a_new_free_model_whose_price_was_missing_at_first_is_told_when_it_is_known() -> None:
    story = Story(rulebook(rule("new-free-variant")))
    story.poll(0, models=[STAYS])

    story.poll(5, models=[STAYS, free("tencent/hy3:free", tariff=tariff(None, None))])
    story.poll(10, models=[STAYS, HY3])

    assert story.told == [("model.added", "tencent/hy3:free")]


FREE_ONES = [free(f"a{number}/one:free") for number in range(6)]
BILLED = [free(one.id, tariff=tariff("0", "0", web_search="0.01")) for one in FREE_ONES]


def test_a_meter_that_is_listed_for_many_models_at_once_makes_none_of_them_cost() -> None:
    story = Story(rulebook(rule("free-variant-gone"), rule("new-free-variant")))
    story.poll(0, models=[STAYS, *FREE_ONES])

    for moment in (5, 60):
        story.poll(moment, models=[STAYS, *BILLED])
    for moment in (120, 180):
        story.poll(moment, models=[STAYS, *FREE_ONES])

    assert (story.alerts, story.gates.count(Gate.SCHEMA)) == ([], 12)


def test_a_model_that_really_costs_among_many_with_a_new_meter_is_told() -> None:
    story = Story(rulebook(rule("free-variant-gone")))
    story.poll(0, models=[STAYS, *FREE_ONES])

    story.poll(
        5, models=[STAYS, *BILLED[:5], model(FREE_ONES[5].id, tariff=tariff("1", "2", web_search="1"))]
    )

    assert story.told == [("model.price_changed", "a5/one:free")]


def test_a_meter_that_a_single_free_model_begins_to_charge_for_ends_its_being_free() -> None:
    story = Story(rulebook(rule("free-variant-gone")))
    story.poll(0, models=[STAYS, *FREE_ONES])

    story.poll(5, models=[STAYS, BILLED[0], *FREE_ONES[1:]])

    assert story.told == [("model.price_changed", "a0/one:free")]


@pytest.mark.parametrize(
    ("newcomer", "said"),
    [
        (HY3, {"free": True}),
        (free("~tencent/hy3:free", alias_target=HY3.id), {"alias": True}),
        (free("openrouter/some:free"), {}),
        (model("a/paid"), {}),
    ],
    ids=lambda value: value.id if isinstance(value, Model) else "",
)
def test_an_added_model_is_called_free_only_where_it_is_an_offer_of_its_own(
    newcomer: Model, said: dict[str, Any]
) -> None:
    story = Story(rulebook(rule("model-added")))
    story.poll(0, models=[STAYS])

    story.poll(5, models=[STAYS, newcomer])

    context = story.alerts[0].context
    assert {name: context[name] for name in ("free", "alias") if name in context} == said
