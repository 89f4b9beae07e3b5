"""Levels: clocks of known readings, recoveries, and what ends an episode."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import (
    US,
    Story,
    at,
    clause,
    days,
    endpoint,
    hours,
    minutes,
    model,
    offers,
    rule,
    rulebook,
    while_,
)
from watcher.alerts.alert import Status
from watcher.judgement.decision import Gate

GLM = "z-ai/glm-5.2"
OTHER = endpoint("qwen/qwen4", "novita")
Reading = float | None


def served(story: Story, *readings: Reading, start: float = 0, step: float = 15) -> Story:
    """Poll the one endpoint of a model, one uptime after the other."""
    for index, uptime in enumerate(readings):
        story.poll(start + index * step, endpoints=[endpoint(GLM, "novita", uptime=uptime)])
    return story


def story_of(*readings: Reading, step: float = 15, **parameters: Any) -> Story:
    return served(
        Story(rulebook(rule("uptime-drop", **{"lasting": minutes(30)} | parameters))), *readings, step=step
    )


def times(story: Story) -> list[tuple[str, Any]]:
    return [(str(alert.status), (alert.told_at - at(0)) / minutes(1)) for alert in story.alerts]


def test_a_level_fires_when_known_wrong_readings_add_up_to_for() -> None:
    story = story_of(99, 80, 70, 85)

    (alert,) = story.alerts
    assert (alert.event, alert.subject, alert.field, alert.new) == ("model.uptime", GLM, "uptime_30m", 85)
    assert (alert.at, alert.not_before, alert.told_at) == (at(15), at(0), at(45))
    assert (alert.status, alert.is_level, alert.context["worst"]) == (Status.FIRING, True, 70)


def test_a_level_fires_once() -> None:
    assert times(story_of(99, *[80] * 12)) == [("firing", 45)]


def test_a_single_wrong_reading_is_no_time_at_all() -> None:
    assert story_of(99, 10, 99, 10, 99, 10, lasting=minutes(15)).alerts == []


def test_a_level_without_for_fires_at_the_first_wrong_reading() -> None:
    assert times(story_of(99, 80, lasting=timedelta(0))) == [("firing", 15)]


def test_for_is_met_at_nine_tenths() -> None:
    assert times(story_of(80, 80, 80, step=13.4)) == []
    assert times(story_of(80, 80, 80, step=13.5)) == [("firing", 27)]


def test_readings_further_apart_than_twice_the_interval_say_nothing_between_them() -> None:
    assert story_of(80, 80, 80, 80, step=31).alerts == []
    assert times(story_of(80, 80, 80, 80, step=30)) == [("firing", 30)]


def test_an_unknown_reading_freezes_the_clock() -> None:
    assert times(story_of(80, 80, None, 80, 80)) == [("firing", 45)]


def test_a_gap_freezes_the_clock_and_does_not_reset_it() -> None:
    story = served(story_of(80, 80), 80, 80, start=180)

    assert times(story) == [("firing", 195)]


def test_a_recovery_resets_the_clock_and_is_counted() -> None:
    story = story_of(80, 80, 96, 80, 80)

    assert (story.alerts, story.gates) == ([], [Gate.HELD_UNDONE])


def test_a_reading_in_between_keeps_the_clock() -> None:
    assert times(story_of(80, 80, 92, 80, 80)) == [("firing", 60)]


def test_a_poll_of_other_models_is_no_reading_of_this_one() -> None:
    story = story_of(80)

    for moment in (15, 30, 45):
        story.poll(moment, endpoints=[OTHER])

    assert story.alerts == []


def test_a_model_that_did_not_answer_is_unobserved() -> None:
    story = story_of(80, 80)

    story.poll(30, endpoints=offers(OTHER, unanswered={GLM: "HTTP 500"}))

    assert story.alerts == []


def test_a_recovery_is_told_once_it_lasted_for_keep_firing_for() -> None:
    story = story_of(80, 80, 80, *[99] * 6)

    assert times(story) == [("firing", 30), ("resolved", 105)]
    assert story.alerts[1].id == story.alerts[0].id
    assert story.alerts[1].context["lasted_seconds"] == 45 * 60


def test_a_relapse_within_keep_firing_for_is_the_same_outage() -> None:
    story = story_of(80, 80, 80, 99, 99, 80, *[99] * 6)

    assert times(story) == [("firing", 30), ("resolved", 150)]


def test_a_reading_in_between_is_no_recovery() -> None:
    story = story_of(80, 80, 80, *[93] * 20)

    assert times(story) == [("firing", 30)]


def test_after_it_resolved_a_level_can_fire_again() -> None:
    story = story_of(80, 80, 80, *[99] * 5, 80, 80, 80)

    assert [status for status, _ in times(story)] == ["firing", "resolved", "firing"]
    assert story.alerts[2].id != story.alerts[0].id


def test_a_level_repeats_only_when_asked_to() -> None:
    story = story_of(*[80] * 12, repeat_interval=hours(1))

    assert times(story) == [("firing", 30), ("firing", 90), ("firing", 150)]
    assert [alert.context.get("kind") for alert in story.alerts] == [None, "reminder", "reminder"]


def test_firing_without_a_known_reading_for_a_day_closes_as_unknown() -> None:
    story = story_of(80, 80, 80)

    served(story, *[None] * 100, start=45)

    assert times(story) == [("firing", 30), ("resolved", 30 + 24 * 60)]
    assert story.alerts[1].context["closed"] == "closed as unknown"


def test_time_alone_closes_what_nothing_was_known_of_for_a_day() -> None:
    story = story_of(80, 80, 80)

    story.wait(30 + 24 * 60)

    assert [status for status, _ in times(story)] == ["firing", "resolved"]


def test_what_only_waited_for_its_for_closes_unheard() -> None:
    story = story_of(80, 80)

    story.wait(3 * 24 * 60)
    served(story, None, start=3 * 24 * 60 + 15)

    assert (story.alerts, story.state.episodes) == ([], {})


def test_an_outage_of_a_model_that_left_closes_as_gone() -> None:
    story = Story(rulebook(rule("uptime-drop", lasting=minutes(0))))
    stays = model("a/stays")
    story.poll(0, models=[stays, model(GLM)], endpoints=[endpoint(GLM, "novita", uptime=10)])

    story.poll(15, models=[stays])
    story.poll(30, models=[stays])

    assert times(story) == [("firing", 0), ("resolved", 30)]
    assert story.alerts[1].context["closed"] == "closed as gone"


def test_a_wait_about_a_model_that_left_ends_unheard() -> None:
    story = Story(rulebook(rule("uptime-drop", lasting=hours(9))))
    stays = model("a/stays")
    story.poll(0, models=[stays, model(GLM)], endpoints=[endpoint(GLM, "novita", uptime=10)])

    story.poll(15, models=[stays])
    story.poll(30, models=[stays])

    assert (story.alerts, story.state.episodes) == ([], {})


def test_resolved_is_sent_only_to_those_that_were_sent_the_firing() -> None:
    patient = replace(US, name="patient", group_wait=days(30))
    quiet = replace(US, name="quiet", resolved=False)
    story = Story(
        rulebook(
            rule("uptime-drop", lasting=timedelta(0), keep_firing_for=timedelta(0)),
            receivers=(US, patient, quiet),
        )
    )

    served(story, 80, 99)
    late = replace(US, name="late")
    story.book = replace(story.book, receivers=(*story.book.receivers, late))
    served(story, 80, start=60)
    story.book = replace(story.book, receivers=(*story.book.receivers, replace(US, name="later")))
    served(story, 99, start=75)

    sent = [(notification.receiver, str(notification.status)) for notification in story.notifications]
    assert sent == [
        ("us", "firing"),
        ("quiet", "firing"),
        ("us", "resolved"),
        ("us", "firing"),
        ("quiet", "firing"),
        ("late", "firing"),
        ("us", "resolved"),
        ("late", "resolved"),
    ]


def test_what_fired_and_resolved_while_it_was_held_is_one_line() -> None:
    slow = replace(US, group_wait=hours(3))
    quick = rule("uptime-drop", lasting=timedelta(0), keep_firing_for=timedelta(0))
    story = served(Story(rulebook(quick, receivers=(slow,))), 80, 99)

    story.wait(180)

    (notification,) = story.notifications
    (alert,) = notification.alerts
    assert (notification.status, alert.context["held"]) == (Status.RESOLVED, True)


def test_the_window_says_which_figure_is_read() -> None:
    day = story_of(80, lasting=timedelta(0), window="1d")

    assert [(alert.field, alert.context["window"]) for alert in day.alerts] == [("uptime_1d", "1d")]


def test_a_level_can_be_wrong_above_its_threshold() -> None:
    story = Story(rulebook(while_("endpoint.latency", above=2000.0, recover=1500.0, keep=timedelta(0))))

    for moment, latency in enumerate((1000.0, 2500.0, 1800.0, 3000.0, 1400.0)):
        story.poll(moment * 15, endpoints=[endpoint(GLM, "novita", latency=latency)])

    assert [(str(alert.status), alert.new) for alert in story.alerts] == [
        ("firing", 2500.0),
        ("resolved", 1400.0),
    ]
    assert story.alerts[1].context["worst"] == 3000.0


@pytest.mark.parametrize("clause_value", [False, None])
def test_a_level_is_silent_where_its_clause_is_not_true(clause_value: bool | None) -> None:
    story = story_of(10, 10, 10, 10, where=clause(lambda _: clause_value))

    assert story.alerts == []


def test_a_clause_sees_the_reading() -> None:
    def under_half(facts: Any) -> bool:
        return bool(facts["reading.value"] < 50)

    story = story_of(80, 80, 10, 10, 10, where=clause(under_half))

    assert times(story) == [("firing", 60)]


def test_a_removed_rule_closes_its_alerts_unsent() -> None:
    story = story_of(80, 80, 80)

    story.book = rulebook(rule("model-added"))
    served(story, 99, 99, 99, 99, 99, 99, start=45)

    assert (times(story), story.state.episodes) == ([("firing", 30)], {})


def price_story(*prices: str) -> Story:
    book = rulebook(rule("price-below", usd_per_million=Decimal("0.5")))
    story = Story(book)
    for index, price in enumerate(prices):
        story.poll(index * 15, endpoints=[endpoint(GLM, "novita", prompt=price)])
    return story


def test_price_below_tells_when_a_model_can_be_had_for_less() -> None:
    (alert,) = price_story("0.0000006", "0.0000005", "0.0000004").alerts

    assert (alert.event, alert.field, alert.new) == ("model.price", "pricing.prompt", "0.0000004")


def test_price_below_names_who_offers_it() -> None:
    story = Story(rulebook(rule("price-below", usd_per_million=Decimal("0.5"))))
    cheap, dear = (endpoint(GLM, tag, prompt=price) for tag, price in (("novita", "4e-7"), ("baidu", "6e-7")))

    story.poll(0, endpoints=[dear, cheap])
    for moment in (15, 30, 90):
        story.poll(moment, endpoints=[dear])

    named = [(alert.provider, alert.context["provider_name"]) for alert in story.alerts]
    assert named == [("novita", "Novita"), ("baidu", "Baidu")]


def test_price_below_names_nobody_where_only_the_listed_price_is_known() -> None:
    story = Story(rulebook(rule("price-below", usd_per_million=Decimal("0.5"))))

    story.poll(0, models=[model(GLM, prompt="0.0000004")])

    assert [alert.provider for alert in story.alerts] == [None]


def test_price_below_tells_when_it_cannot_be_had_any_more() -> None:
    story = price_story("0.0000004", *["0.0000006"] * 6)

    assert [str(alert.status) for alert in story.alerts] == ["firing", "resolved"]
