"""Restless subjects: three tellings in a day, then one line a day."""

from __future__ import annotations

from decimal import Decimal

from tests.builders import Story, at, endpoint, minutes, model, rule, rulebook

GLM = "z-ai/glm-5.2"
DAY = 24 * 60


def auction(*prices: tuple[float, str]) -> Story:
    """Poll a price that a bidding decides, by a rule that waits for nothing."""
    story = Story(rulebook(rule("price-change", lasting=minutes(0))))
    for minute, price in prices:
        story.poll(minute, endpoints=[endpoint(GLM, "novita", prompt=price)])
    return story


RESTLESS = ((0, "10"), (60, "20"), (120, "10"), (180, "20"))


def test_a_subject_is_told_three_times_in_a_day_and_then_no_more() -> None:
    story = auction(*RESTLESS, (240, "10"), (300, "20"), (360, "10"))

    assert [alert.told_at for alert in story.alerts] == [at(60), at(120), at(180)]


def test_a_restless_subject_gets_one_line_a_day_with_range_and_count() -> None:
    story = auction(*RESTLESS, (240, "5"), (300, "50"), (360, "40"))

    story.wait(180 + DAY)

    line = story.alerts[-1]
    assert (line.told_at, line.old, line.new, line.percent) == (at(180 + DAY), "20", "40", Decimal(100))
    assert {name: line.context[name] for name in ("kind", "count", "low", "high")} == {
        "kind": "restless", "count": 3, "low": "5", "high": "50",
    }  # fmt: skip
    assert line.context["cheapest"] == "40"


def test_the_next_line_is_known_to_be_due() -> None:
    story = auction(*RESTLESS, (240, "10"))

    assert story.decisions[-1].next_due == at(180 + DAY)


def test_a_day_without_a_move_ends_the_restlessness() -> None:
    story = auction(*RESTLESS)

    story.wait(180 + DAY)
    story.poll(181 + DAY, endpoints=[endpoint(GLM, "novita", prompt="10")])

    assert [alert.told_at for alert in story.alerts][3:] == [at(181 + DAY)]
    assert "kind" not in story.alerts[-1].context


def test_a_day_of_calm_counts_from_the_last_move_not_from_the_last_line() -> None:
    story = auction(*RESTLESS, (240, "10"))
    story.wait(180 + DAY)

    story.poll(300 + DAY, endpoints=[endpoint(GLM, "novita", prompt="30")])

    assert [alert.told_at for alert in story.alerts][3:] == [at(180 + DAY), at(300 + DAY)]


def test_after_a_line_the_next_is_a_day_away() -> None:
    story = auction(*RESTLESS, (240, "10"))

    story.wait(180 + DAY)
    story.poll(200 + DAY, endpoints=[endpoint(GLM, "novita", prompt="30")])
    story.wait(180 + 2 * DAY)

    assert [alert.told_at for alert in story.alerts][3:] == [at(180 + DAY), at(180 + 2 * DAY)]


def test_three_tellings_in_more_than_a_day_are_not_restless() -> None:
    story = auction((0, "10"), (1, "20"), (2, "10"), (2 + DAY, "20"), (3 + DAY, "10"))

    assert len(story.alerts) == 4


def test_meters_that_move_together_count_once() -> None:
    story = Story(rulebook(rule("price-change", lasting=minutes(0))))

    for minute, price in ((0, "10"), (60, "20"), (120, "10")):
        story.poll(minute, endpoints=[endpoint(GLM, "novita", prompt=price, completion=price)])

    assert len(story.alerts) == 4


def test_what_is_no_price_has_a_count_and_no_range() -> None:
    story = Story(rulebook(rule("model-added", again_after=minutes(10)), rule("model-removed")))
    stays, blinks = model("a/stays"), model("a/blinks")

    for start in range(0, 400, 50):
        story.poll(start, models=[stays, blinks])
        story.poll(start + 10, models=[stays])
        story.poll(start + 30, models=[stays])
    story.wait(3 * DAY)

    lines = [alert for alert in story.alerts if alert.context.get("kind") == "restless"]
    assert {alert.subject for alert in lines} == {"a/blinks"}
    assert all("low" not in alert.context for alert in lines)


def test_another_subject_is_not_restless_with_it() -> None:
    story = Story(rulebook(rule("price-change", lasting=minutes(0))))

    for minute, price, calm in (
        (0, "10", "1"),
        (60, "20", "1"),
        (120, "10", "1"),
        (180, "20", "1"),
        (240, "10", "2"),
    ):
        story.poll(
            minute,
            endpoints=[endpoint(GLM, "novita", prompt=price), endpoint("a/calm", "novita", prompt=calm)],
        )

    assert story.told[-1] == ("model.price_changed", "a/calm")
