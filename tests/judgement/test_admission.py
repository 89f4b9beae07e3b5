"""Admission: what is refused, what is held until it repeats, and what is unobserved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import (
    Story,
    at,
    broken,
    endpoint,
    key,
    minutes,
    model,
    offers,
    provider,
    rule,
    rulebook,
    when,
)
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import BadRow, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

MODELS = [model(f"a{number}/one") for number in range(20)]
ROWS = {one.id: one for one in MODELS}
EVERYTHING = (rule("model-added"), rule("model-removed"), rule("price-change", lasting=minutes(0)))


def sheet(**facts: Any) -> Sheet[Any, Any]:
    return Sheet(surface=Surface.MODELS, **{"rows": ROWS} | facts)


def started() -> Story:
    story = Story(rulebook(*EVERYTHING))
    story.poll(0, models=MODELS)
    return story


@pytest.mark.fault(
    "empty data with status 200", "an id twice with the same content", "an id twice with other content"
)
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (broken(fault="HTTP 502"), "models: HTTP 502"),
        (sheet(rows={}), "models: an empty list"),
        (sheet(rows={}, bad=(BadRow(id=None, reason="x"),)), "models: not one of 1 rows can be read"),
        (sheet(duplicates=("a1/one",)), "models: 1 ids stand twice, first 'a1/one'"),
        (sheet(claimed=21), "models: lists 20 of the 21 rows it counts"),
        (
            sheet(bad=tuple(BadRow(id=f"b/{n}", reason="no price") for n in range(6))),
            "models: 6 of 26 rows cannot be read, first: no price",
        ),
    ],
    ids=["fault", "empty", "unreadable", "duplicates", "miscounted", "too many bad rows"],
)
def test_what_cannot_be_right_is_refused_however_often_it_repeats(
    answer: Sheet[Any, Any], reason: str
) -> None:
    story = started()
    before = story.state.models

    for moment in range(5, 300, 5):
        story.poll(moment, models=answer)

    assert {(refusal.reason, refusal.held) for refusal in story.refused} == {(reason, False)}
    assert (story.alerts, story.state.models) == ([], before)


def test_a_few_bad_rows_are_set_aside_and_the_rest_lives() -> None:
    story = started()

    bad = tuple(BadRow(id=f"b/{number}", reason="no price") for number in range(5))
    story.poll(5, models=sheet(rows=ROWS | {ModelId("a/new"): model("a/new")}, bad=bad, claimed=26))

    assert (story.told, story.refused) == ([("model.added", "a/new")], [])


@pytest.mark.fault("half a catalog")
def test_a_list_that_shrank_past_a_limit_is_held() -> None:
    story = started()

    story.poll(5, models=MODELS[:15])

    (refusal,) = story.refused
    assert (refusal.held, refusal.reason) == (True, "models: held: 5 of 20 rows are missing at once")
    assert refusal.at == at(5)


def test_a_list_that_shrank_a_little_is_believed() -> None:
    story = started()

    for moment in (5, 20):
        story.poll(moment, models=MODELS[:16])

    assert (len(story.alerts), story.refused) == (4, [])


def test_a_short_list_may_lose_two_rows_at_once() -> None:
    story = Story(rulebook(*EVERYTHING))
    story.poll(0, models=MODELS[:3])

    for moment in (5, 20):
        story.poll(moment, models=MODELS[:1])

    assert len(story.alerts) == 2


def test_a_held_list_that_repeats_for_four_confirmations_is_believed_and_told_as_one_change() -> None:
    story = started()

    for moment in range(5, 90, 5):
        story.poll(moment, models=MODELS[:10])

    (notification,) = story.notifications
    assert len(notification.alerts) == 10
    assert {alert.at for alert in notification.alerts} == {at(5)}
    assert notification.at == at(60)


@pytest.mark.fault("half a catalog")
def test_a_held_list_that_recovers_was_nothing() -> None:
    story = started()
    for moment in range(5, 50, 5):
        story.poll(moment, models=MODELS[:10])

    story.poll(50, models=MODELS)
    story.poll(70, models=MODELS[:10])

    assert story.alerts == []
    assert story.refused[-1].held


def test_a_refused_answer_in_between_does_not_end_the_hold() -> None:
    story = started()
    for moment in range(5, 50, 5):
        story.poll(moment, models=MODELS[:10])

    story.poll(50, models=broken())
    story.poll(65, models=MODELS[:10])

    assert len(story.alerts) == 10


@pytest.mark.fault("a unit that changed on every row")
def test_prices_that_moved_on_a_fifth_of_all_rows_are_held_and_then_told_as_one_change() -> None:
    names = [f"a{number}/one" for number in range(20)]
    story = Story(rulebook(*EVERYTHING))
    story.poll(0, endpoints=[endpoint(name, "novita", prompt="1") for name in names])

    for moment in range(15, 120, 15):
        story.poll(moment, endpoints=[endpoint(name, "novita", prompt="1000") for name in names])

    assert {refusal.reason for refusal in story.refused} == {
        "endpoints: held: prices moved on 20 of 20 rows at once"
    }
    (notification,) = story.notifications
    assert len(notification.alerts) == 20


@pytest.mark.parametrize(
    "moves",
    [lambda model, _: model == "a0/one", lambda _, tag: tag == "novita"],
    ids=["of one model", "at one provider"],
)
def test_prices_that_move_of_one_model_or_at_one_provider_alone_are_believed_on_a_short_list(
    moves: Callable[[str, str], bool],
) -> None:
    names, tags = [f"a{number}/one" for number in range(6)], ["novita", "together", "deepinfra"]
    tags += [f"host{number}" for number in range(5)]
    story = Story(rulebook(*EVERYTHING, when("endpoint.price_changed", lasting=minutes(0))))
    listed = [(name, tag) for name in names for tag in (tags if name == "a0/one" else tags[:2])]
    story.poll(0, endpoints=[endpoint(name, tag, prompt="2") for name, tag in listed])

    story.poll(
        15, endpoints=[endpoint(name, tag, prompt="1" if moves(name, tag) else "2") for name, tag in listed]
    )

    assert story.refused == []
    told = {alert.subject for alert in story.alerts if alert.event == "endpoint.price_changed"}
    assert told == {f"{name} @ {tag}" for name, tag in listed if moves(name, tag)}


def test_prices_of_model_rows_that_all_moved_at_once_are_held_too() -> None:
    story = started()

    story.poll(5, models=[model(one.id, prompt="1") for one in MODELS])

    assert [refusal.reason for refusal in story.refused] == [
        "models: held: prices moved on 20 of 20 rows at once"
    ]


def test_what_was_not_answered_is_unobserved() -> None:
    story = Story(rulebook(when("endpoint.removed"), rule("model-removed")))
    both = [endpoint("a/one", "novita"), endpoint("a/two", "novita")]
    story.poll(0, models=MODELS, endpoints=both)

    for moment in (15, 45, 75):
        story.poll(moment, endpoints=offers(both[0], unanswered={"a/two": "HTTP 500"}))

    assert story.alerts == []


def test_two_surfaces_fail_independently() -> None:
    story = started()
    story.poll(5, providers=[provider("novita")], zdr=[key("a/one", "novita")])

    story.poll(
        10,
        models=[*MODELS, model("a/new")],
        providers=broken(Surface.PROVIDERS),
        zdr=broken(Surface.ZDR),
        policies=broken(Surface.FRONTEND),
    )

    assert story.told == [("model.added", "a/new")]
    assert [refusal.surface for refusal in story.refused] == [
        Surface.PROVIDERS,
        Surface.FRONTEND,
        Surface.ZDR,
    ]


def test_models_that_came_today_and_are_missing_together_are_an_old_generation() -> None:
    story = started()
    new = [model(f"n{number}/new") for number in range(3)]
    story.poll(5, models=[*MODELS, *new])

    story.poll(10, models=MODELS)
    story.poll(15, models=[*MODELS, *new])

    assert [refusal.held for refusal in story.refused] == [True]


def test_models_that_were_there_from_the_beginning_really_left() -> None:
    story = started()

    for moment in (5, 20):
        story.poll(moment, models=MODELS[3:])

    assert (len(story.alerts), story.refused) == (3, [])


def test_models_that_left_today_and_are_back_together_are_an_old_generation() -> None:
    story = started()
    for moment in (5, 20):
        story.poll(moment, models=MODELS[3:])

    story.poll(25, models=MODELS)

    assert [refusal.held for refusal in story.refused] == [True]


def test_another_half_of_a_list_each_time_is_never_believed() -> None:
    story = started()

    for turn, moment in enumerate(range(5, 300, 30)):
        story.poll(moment, models=MODELS[:10] if turn % 2 else MODELS[10:])

    assert (story.alerts, len(story.refused)) == ([], 10)


def test_what_a_held_list_lacks_only_at_last_has_not_left() -> None:
    story = started()

    for moment in range(5, 60, 5):
        story.poll(moment, models=MODELS[:10])
    story.poll(60, models=MODELS[:9])

    assert {subject for _, subject in story.told} == {f"a{number}/one" for number in range(10, 20)}


def test_what_a_held_sweep_showed_all_along_is_told_as_of_its_first_poll() -> None:
    names = [f"a{number}/one" for number in range(20)]
    story = Story(rulebook(*EVERYTHING))
    story.poll(0, endpoints=[endpoint(name, "novita", prompt="1") for name in names])

    for moment in range(15, 120, 15):
        story.poll(moment, endpoints=[endpoint(name, "novita", prompt="1000") for name in names])

    assert {(alert.at, alert.not_before) for alert in story.alerts} == {(at(15), at(0))}
