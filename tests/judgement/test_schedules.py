"""Prices that follow the clock: the windows are silent, their schedule is not."""

from __future__ import annotations

from typing import Any

from tests.builders import Story, endpoint, rule, rulebook, tariff, window
from watcher.catalog.price import Override

MODEL = "deepseek/deepseek-v4"
PEAK, NIGHT = window(800, 2000, prompt="4"), window(2000, 800, prompt="2")


def offer(now: str, *windows: Override) -> list[Any]:
    return [endpoint(MODEL, "deepseek", tariff=tariff(now, "9", overrides=windows))]


def told(before: list[Any], after: list[Any], **parameters: Any) -> list[tuple[str, str | None]]:
    story = Story(rulebook(rule("price-change", **parameters)))
    story.poll(0, endpoints=before)
    story.poll(15, endpoints=after)
    story.poll(60, endpoints=after)
    return [(alert.subject, alert.field) for alert in story.alerts]


def test_a_window_that_begins_is_silent() -> None:
    assert told(offer("4", PEAK, NIGHT), offer("2", PEAK, NIGHT)) == []


def test_the_order_of_windows_is_no_change_of_the_schedule() -> None:
    assert told(offer("4", PEAK, NIGHT), offer("4", NIGHT, PEAK)) == []


def test_a_window_below_the_highest_that_moves_is_told_as_the_schedule() -> None:
    cheaper = window(2000, 800, prompt="1")

    assert told(offer("4", PEAK, NIGHT), offer("4", PEAK, cheaper)) == [(f"{MODEL} @ deepseek", "schedule")]


def test_a_highest_window_that_moves_is_told_once_as_the_price() -> None:
    dearer = window(800, 2000, prompt="6")

    assert told(offer("4", PEAK, NIGHT), offer("6", dearer, NIGHT)) == [(MODEL, "pricing.prompt")]


def test_who_asked_for_rises_only_hears_nothing_of_schedules() -> None:
    cheaper = window(2000, 800, prompt="1")

    assert told(offer("4", PEAK, NIGHT), offer("4", PEAK, cheaper), direction="up") == []
