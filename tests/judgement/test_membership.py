"""What came, what left, and what only blinked."""

from __future__ import annotations

import pytest

from tests.builders import Story, at, days, hours, model, rule, rulebook, when
from watcher.catalog.model import Model
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import BadRow, Sheet
from watcher.judgement.decision import Gate

STAYS = model("a/stays")
ONE = model("a/one")
BOTH = (rule("model-added"), rule("model-removed"))


def polls(story: Story, *moments: float, models: list[Model]) -> Story:
    for moment in moments:
        story.poll(moment, models=models)
    return story


def removal() -> Story:
    """Tell that a model, seen at 0, was absent at 5 and at 20."""
    return polls(polls(Story(rulebook(rule("model-removed"))), 0, models=[STAYS, ONE]), 5, 20, models=[STAYS])


def test_an_addition_counts_at_once() -> None:
    story = polls(Story(rulebook(*BOTH)), 0, models=[STAYS])

    story.poll(5, models=[STAYS, ONE])

    (alert,) = story.alerts
    assert (alert.event, alert.subject, alert.field, alert.old, alert.new) == (
        "model.added",
        "a/one",
        None,
        None,
        None,
    )
    assert (alert.at, alert.not_before) == (at(5), at(0))


def test_an_absence_counts_when_two_believed_polls_a_confirmation_apart_agree() -> None:
    story = removal()

    (alert,) = story.alerts

    assert (alert.event, alert.subject) == ("model.removed", "a/one")
    assert alert.told_at == at(20)


def test_the_first_of_the_confirming_polls_is_when_it_left() -> None:
    (alert,) = removal().alerts

    assert (alert.at, alert.not_before) == (at(5), at(0))


def test_two_polls_that_are_too_close_confirm_nothing() -> None:
    story = polls(Story(rulebook(*BOTH)), 0, models=[STAYS, ONE])

    polls(story, 5, 10, 15, models=[STAYS])

    assert story.alerts == []


def test_what_is_back_before_it_was_confirmed_never_left() -> None:
    story = polls(Story(rulebook(*BOTH)), 0, models=[STAYS, ONE])

    polls(story, 5, models=[STAYS])
    polls(story, 10, 30, models=[STAYS, ONE])

    assert (story.alerts, story.changes, story.gates) == ([], [], [Gate.UNCONFIRMED])


def test_time_and_refused_polls_confirm_nothing() -> None:
    story = polls(polls(Story(rulebook(*BOTH)), 0, models=[STAYS, ONE]), 5, models=[STAYS])

    story.wait(60)
    story.poll(65, models=Sheet(surface=Surface.MODELS, fault="HTTP 502"))

    assert story.alerts == []


def test_told_gone_implies_told_back() -> None:
    story = removal()

    polls(story, 60, models=[STAYS, ONE])

    assert story.told == [("model.removed", "a/one"), ("model.added", "a/one")]
    assert story.alerts[-1].context["kind"] == "back"


def test_told_back_can_be_told_gone_again() -> None:
    story = polls(removal(), 60, models=[STAYS, ONE])

    polls(story, 120, 140, models=[STAYS])

    assert [event for event, _ in story.told] == ["model.removed", "model.added", "model.removed"]


def test_a_return_whose_leaving_was_not_told_is_silent_within_again_after() -> None:
    story = polls(Story(rulebook(rule("model-added"))), 0, models=[STAYS, ONE])

    polls(story, 5, 20, models=[STAYS])
    polls(story, 5 * 24 * 60, models=[STAYS, ONE])

    assert (story.alerts, story.gates) == ([], [Gate.FLAP])


def test_a_return_after_again_after_is_new_again() -> None:
    story = polls(Story(rulebook(rule("model-added", again_after=days(2)))), 0, models=[STAYS, ONE])

    polls(story, 5, 20, 3 * 24 * 60, models=[STAYS])
    polls(story, 3 * 24 * 60 + 5, models=[STAYS, ONE])

    assert story.told == [("model.added", "a/one")]


def test_a_long_gap_in_polling_counts_for_again_after() -> None:
    story = polls(Story(rulebook(rule("model-added", again_after=days(2)))), 0, models=[STAYS, ONE])

    polls(story, 5, 20, models=[STAYS])
    polls(story, 3 * 24 * 60, models=[STAYS, ONE])

    assert story.told == [("model.added", "a/one")]


def test_a_departure_that_is_undone_within_for_is_silent_both_ways() -> None:
    story = polls(Story(rulebook(rule("model-removed", lasting=hours(6)))), 0, models=[STAYS, ONE])

    polls(story, 5, 20, 60, models=[STAYS])
    polls(story, 120, 900, models=[STAYS, ONE])

    assert (story.alerts, story.gates) == ([], [Gate.FLAP])


def test_a_row_that_could_not_be_read_is_unobserved_not_removed() -> None:
    story = polls(Story(rulebook(*BOTH)), 0, models=[STAYS, ONE])
    half = Sheet(
        surface=Surface.MODELS, rows={ModelId("a/stays"): STAYS}, bad=(BadRow(id="a/one", reason="no id"),)
    )

    for moment in (5, 20, 60):
        story.poll(moment, models=half)

    assert (story.alerts, story.suppressed, story.refused) == ([], [], [])


@pytest.mark.fault("a row without an id")
def test_a_row_without_even_a_name_may_be_any_of_those_not_listed() -> None:
    story = polls(Story(rulebook(*BOTH)), 0, models=[STAYS, ONE])
    half = Sheet(
        surface=Surface.MODELS, rows={ModelId("a/stays"): STAYS}, bad=(BadRow(id=None, reason="no id"),)
    )

    for moment in (5, 20, 60):
        story.poll(moment, models=half)

    assert story.alerts == []


def test_a_waiting_change_is_not_told_by_a_poll_that_could_not_read_its_row() -> None:
    story = Story(rulebook(rule("capability-lost", lasting=hours(1))))
    poor = model("a/one", supported_parameters=frozenset({"temperature"}))
    story.poll(0, models=[STAYS, ONE])
    story.poll(5, models=[STAYS, poor])

    story.poll(
        90,
        models=Sheet(
            surface=Surface.MODELS,
            rows={ModelId("a/stays"): STAYS},
            bad=(BadRow(id="a/one", reason="no id"),),
        ),
    )
    story.poll(95, models=[STAYS, poor])

    assert [alert.told_at for alert in story.alerts] == [at(95)]


def test_who_hears_of_arrivals_hears_of_returns_in_the_same_message() -> None:
    story = polls(Story(rulebook(*BOTH)), 0, models=[STAYS, ONE])
    polls(story, 5, 20, models=[STAYS])

    polls(story, 60, models=[STAYS, ONE, model("a/new")])

    (gone, back) = story.notifications
    assert gone.rule == "model-removed"
    assert (back.rule, sorted(alert.subject for alert in back.alerts)) == ("model-added", ["a/new", "a/one"])
    assert story.suppressed == []


def test_a_return_stays_with_the_rule_that_told_the_leaving_where_arrivals_go_elsewhere() -> None:
    story = Story(rulebook(rule("model-added", models=("b/*",)), rule("model-removed")))
    polls(story, 0, models=[STAYS, ONE])
    polls(story, 5, 20, models=[STAYS])

    polls(story, 60, models=[STAYS, ONE])

    assert [alert.rule for alert in story.alerts] == ["model-removed", "model-removed"]


def test_a_return_is_not_handed_to_a_rule_that_tells_fewer_people() -> None:
    story = Story(rulebook(rule("model-added", notify=("boss",)), rule("model-removed")))
    polls(story, 0, models=[STAYS, ONE])
    polls(story, 5, 20, models=[STAYS])

    polls(story, 60, models=[STAYS, ONE])

    assert [alert.rule for alert in story.alerts] == ["model-removed", "model-removed"]


def test_a_row_that_changed_while_it_was_away_is_told_as_both() -> None:
    story = Story(rulebook(when("model.removed"), when("model.changed")))
    polls(story, 0, models=[STAYS, ONE])
    polls(story, 5, 20, models=[STAYS])

    polls(story, 60, models=[STAYS, model("a/one", moderated=True)])

    assert [event for event, _ in story.told] == ["model.removed", "model.added", "model.changed"]


def test_the_history_lists_what_came_and_left() -> None:
    story = polls(Story(rulebook()), 0, models=[STAYS, ONE])

    polls(story, 5, 20, models=[STAYS, model("a/new")])

    assert [(change.event, change.subject, change.at) for change in story.changes] == [
        ("model.added", "a/new", at(5)),
        ("model.removed", "a/one", at(5)),
    ]
