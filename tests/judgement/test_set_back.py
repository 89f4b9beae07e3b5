"""A clock that was ahead and is set back holds up nothing that waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import NOON, US, Story, at, days, endpoint, hours, minutes, model, rule, rulebook
from watcher.alerts.silence import Silence
from watcher.judgement.intake.set_back import ahead_of, not_ahead

BY = pytest.mark.parametrize("by", [hours(1), days(1), days(365)])


def cheap(price: str = "0.000001") -> dict[str, object]:
    return {
        "models": [model("a/b", prompt=price), model("c/d")],
        "endpoints": [endpoint("a/b", "azure", prompt=price), endpoint("c/d", "azure")],
    }


@BY
def test_a_for_that_ran_under_the_wrong_clock_begins_with_the_right_one(by: timedelta) -> None:
    story = Story(rulebook(rule("price-change", lasting=minutes(30))))
    story.poll(NOON + by, **cheap())
    story.poll(at(15) + by, **cheap("0.000002"))

    for minute in (0, 15):
        story.poll(minute, **cheap("0.000002"))
    early = list(story.alerts)
    story.poll(30, **cheap("0.000002"))

    assert early == []
    assert [(alert.subject, alert.at) for alert in story.alerts] == [("a/b", NOON)]


@BY
def test_a_level_neither_loses_what_it_lasted_nor_waits_for_the_old_time(by: timedelta) -> None:
    story = Story(rulebook(rule("uptime-drop", below=90, lasting=minutes(30))))
    for moment in (NOON + by, at(15) + by, at(0), at(15)):
        story.poll(moment, models=[model("a/b")], endpoints=[endpoint("a/b", "azure", uptime=10)])

    assert story.told == [("model.uptime", "a/b")]


@BY
def test_an_absence_is_confirmed_by_the_right_clock(by: timedelta) -> None:
    story = Story(rulebook(rule("model-removed")))
    both, one = [model("a/b"), *map(model, known())], [*map(model, known())]
    story.poll(NOON + by, models=both)
    story.poll(at(5) + by, models=one)

    story.poll(0, models=one)
    early = list(story.alerts)
    story.poll(15, models=one)

    assert early == []
    assert story.told == [("model.removed", "a/b")]


def known() -> list[str]:
    """Return so many models that one more or less is believed."""
    return [f"c/{number}" for number in range(20)]


@BY
def test_a_message_that_was_held_leaves_after_its_wait(by: timedelta) -> None:
    patient = replace(US, group_wait=minutes(1))
    story = Story(rulebook(rule("model-added"), receivers=(patient,)))
    story.poll(NOON + by, models=map_of("a/b"))
    story.poll(at(5) + by, models=map_of("a/b", "e/f"))

    story.poll(0, models=map_of("a/b", "e/f"))
    story.wait(1)

    assert [message.alerts[0].subject for message in story.notifications] == ["e/f"]


def map_of(*names: str) -> list[object]:
    return [model(name) for name in (*known(), *names)]


def test_a_silence_ends_when_it_was_told_to() -> None:
    story = Story(rulebook(rule("model-added")))
    story.poll(NOON + days(1), models=map_of())
    quiet = Silence(starts=NOON, ends=NOON + days(30), rule="model-added")
    state = replace(story.state, silences={quiet.id: quiet})

    assert not_ahead(state, NOON).silences == {quiet.id: quiet}


def test_dates_of_the_catalog_itself_stay() -> None:
    story = Story(rulebook(rule("deprecation")))
    expiring = model("a/b", expires=(NOON + days(500)).date(), created=9_999_999_999)
    story.poll(NOON + days(1), models=[expiring])

    back = not_ahead(story.state, NOON)

    assert back.models[expiring.id].record == expiring
    assert back.models[expiring.id].first_seen == NOON


def test_a_state_of_the_past_is_left_alone() -> None:
    story = Story(rulebook(rule("model-added")))
    story.poll(0, models=map_of())

    assert not_ahead(story.state, NOON) is story.state
    assert ahead_of(story.state, at(-5)) == minutes(5)
    assert ahead_of(story.state, at(5)) == timedelta(0)
