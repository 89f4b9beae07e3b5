"""Anchors: what a change is measured against, and how long it waits."""

from __future__ import annotations

from decimal import Decimal

from tests.builders import Story, at, endpoint, hours, minutes, rule, rulebook
from watcher.judgement.decision import Gate
from watcher.rules.rule import Rule

GLM = "z-ai/glm-5.2"


def price_story(*prices: tuple[float, str], watch: Rule | None = None) -> Story:
    """Poll the one offer of a model at each (minute, prompt price)."""
    story = Story(rulebook(watch or rule("price-change")))
    for minute, price in prices:
        story.poll(minute, endpoints=[endpoint(GLM, "novita", prompt=price)])
    return story


def test_a_price_that_moved_is_told_once_it_lasted_for() -> None:
    story = price_story((0, "2"), (15, "3"), (30, "3"), (45, "3"))

    (alert,) = story.alerts

    assert (alert.event, alert.subject, alert.field) == ("model.price_changed", GLM, "pricing.prompt")
    assert (alert.old, alert.new, alert.percent) == ("2", "3", Decimal(50))
    assert (alert.at, alert.not_before, alert.told_at) == (at(15), at(0), at(45))


def test_a_price_that_comes_back_within_for_is_never_heard_of() -> None:
    story = price_story((0, "2"), (15, "3"), (30, "2"), (45, "2"), (90, "2"))

    assert (story.alerts, story.gates) == ([], [Gate.HELD_UNDONE])


def test_what_was_told_is_told_once() -> None:
    story = price_story((0, "2"), *((minute, "3") for minute in range(15, 300, 15)))

    assert story.moves == [(GLM, "2", "3")]


def test_going_back_after_it_was_told_is_a_change_of_its_own() -> None:
    story = price_story((0, "2"), (15, "3"), (45, "3"), (60, "2"), (90, "2"))

    assert story.moves == [(GLM, "2", "3"), (GLM, "3", "2")]


def test_small_steps_add_up_against_the_value_last_told() -> None:
    story = price_story((0, "100"), (60, "104"), (120, "108"), (180, "112"), (210, "112"))

    assert story.moves == [(GLM, "100", "112")]


def test_after_a_telling_creep_starts_from_what_was_told() -> None:
    story = price_story(
        (0, "100"), (60, "120"), (90, "120"), (120, "125"), (180, "131"), (240, "133"), (300, "133")
    )

    assert story.moves == [(GLM, "100", "120"), (GLM, "120", "133")]


def test_creep_that_goes_back_was_no_move_at_all() -> None:
    story = price_story((0, "100"), (60, "106"), (120, "100"), (180, "109"), (240, "109"))

    assert (story.alerts, story.gates) == ([], [])


def test_two_moves_within_for_are_told_as_one() -> None:
    story = price_story((0, "1"), (15, "2"), (30, "3"), (45, "3"))

    assert story.moves == [(GLM, "1", "3")]


def test_the_clock_does_not_restart_when_a_price_moves_further() -> None:
    story = price_story((0, "1"), (15, "2"), (30, "3"), (45, "4"))

    (alert,) = story.alerts

    assert (alert.at, alert.told_at, alert.new) == (at(15), at(45), "4")


def test_a_wait_is_over_at_nine_tenths_of_it_since_polls_jitter() -> None:
    early = price_story((0, "1"), (15, "2"), (41, "2"))
    due = price_story((0, "1"), (15, "2"), (42, "2"))

    assert (len(early.alerts), len(due.alerts)) == (0, 1)


def test_time_alone_tells_no_edge() -> None:
    story = price_story((0, "1"), (15, "2"))

    story.wait(600)

    assert story.alerts == []


def test_a_poll_that_asked_other_models_tells_nothing_of_this_one() -> None:
    story = price_story((0, "1"), (15, "2"))

    story.poll(60, endpoints=[endpoint("qwen/qwen4", "novita")])
    story.poll(75, endpoints=[endpoint(GLM, "novita", prompt="2")])

    assert [alert.told_at for alert in story.alerts] == [at(75)]


def test_two_rules_measure_from_anchors_of_their_own() -> None:
    quick, slow = (
        rule("price-change", name="quick", lasting=minutes(0)),
        rule("price-change", name="slow", lasting=hours(2)),
    )
    story = Story(rulebook(quick, slow))

    for minute, price in ((0, "1"), (15, "2"), (60, "3"), (135, "3")):
        story.poll(minute, endpoints=[endpoint(GLM, "novita", prompt=price)])

    told = [(alert.rule, alert.old, alert.new) for alert in story.alerts]
    assert told == [("quick", "1", "2"), ("quick", "2", "3"), ("slow", "1", "3")]


def test_a_changed_parameter_keeps_the_anchors() -> None:
    story = price_story((0, "100"), (15, "106"))

    story.book = rulebook(rule("price-change", percent=Decimal(5), lasting=minutes(0)))
    story.poll(30, endpoints=[endpoint(GLM, "novita", prompt="106.1")])

    assert story.moves == [(GLM, "100", "106.1")]


def test_a_difference_that_a_changed_parameter_makes_matter_is_told_without_moving_again() -> None:
    story = price_story((0, "100"), (15, "106"))

    story.book = rulebook(rule("price-change", percent=Decimal(5)))
    for minute in (30, 60):
        story.poll(minute, endpoints=[endpoint(GLM, "novita", prompt="106")])

    assert story.moves == [(GLM, "100", "106")]
    assert (story.alerts[0].at, story.alerts[0].told_at) == (at(30), at(60))


def test_a_removed_rule_forgets_its_anchors() -> None:
    watching, other = rulebook(rule("price-change")), rulebook(rule("model-added"))
    story = price_story((0, "1"), (15, "2"))

    story.book = other
    story.wait(20)
    story.book = watching
    story.poll(60, endpoints=[endpoint(GLM, "novita", prompt="2")])
    story.poll(120, endpoints=[endpoint(GLM, "novita", prompt="2")])

    assert (story.alerts, story.state.anchors) == ([], {})


def test_a_calm_catalog_keeps_no_anchors() -> None:
    story = price_story((0, "1"), (15, "2"), (45, "2"), (60, "2"))

    assert story.state.anchors == {}


def test_an_unknown_price_neither_undoes_nor_ends_a_wait() -> None:
    story = price_story((0, "1"), (15, "2"))

    story.poll(60, endpoints=[endpoint(GLM, "novita", prompt=None)])
    story.poll(75, endpoints=[endpoint(GLM, "novita", prompt="2")])

    assert [(alert.at, alert.told_at) for alert in story.alerts] == [(at(15), at(75))]


def test_a_move_the_rule_does_not_tell_becomes_the_start_of_the_next_once_it_settled() -> None:
    story = price_story(
        (0, "100"),
        (60, "50"),
        (120, "50"),
        (180, "100"),
        (240, "100"),
        watch=rule("price-change", direction="up"),
    )

    assert story.moves == [(GLM, "50", "100")]


def test_a_dip_that_one_poll_showed_is_no_new_start_however_far_apart_polls_are() -> None:
    story = price_story(
        (0, "100"), (120, "50"), (240, "100"), (360, "100"), watch=rule("price-change", direction="up")
    )

    assert (story.alerts, story.gates) == ([], [])


def test_a_dip_the_rule_does_not_tell_is_no_rise_when_it_ends() -> None:
    story = price_story(
        (0, "100"), (60, "50"), (75, "100"), (200, "100"), watch=rule("price-change", direction="up")
    )

    assert (story.alerts, story.gates) == ([], [])
