"""Facts that many rows at once show no more: confirmed by time, or over again."""

from __future__ import annotations

import pytest

from tests.builders import Offer, Story, at, endpoint, model, private, rule, rulebook, when
from watcher.judgement.decision import Gate

NAMES = [f"a{number}/one" for number in range(20)]
MANY = [f"p{number}" for number in range(20)]
SCHEMA = (when("catalog.schema_changed"),)


def offers(*, hidden: int) -> list[Offer]:
    """Return twenty endpoints, the first of which hide how they are quantized."""
    return [
        endpoint(name, "novita", quantization=None if number < hidden else "fp8")
        for number, name in enumerate(NAMES)
    ]


def told_after(*hidden: int) -> Story:
    story = Story(rulebook(*SCHEMA))
    for index, count in enumerate((0, *hidden)):
        story.poll(index * 15, endpoints=offers(hidden=count))
    return story


def test_a_fact_that_many_rows_hide_for_one_poll_was_nothing() -> None:
    story = told_after(12, 0, 0, 0)

    assert (story.told, set(story.gates)) == ([], {Gate.SCHEMA})


def test_a_fact_that_many_rows_keep_hiding_is_told_as_of_the_first_poll_and_its_return_too() -> None:
    story = told_after(12, 12, 12, 0)

    vanished, appeared = story.alerts
    assert (vanished.field, vanished.at, vanished.not_before) == ("quantization", at(15), at(0))
    assert vanished.context["reason"] == "quantization vanished on 12 of 20 endpoints at once"
    assert (appeared.at, appeared.context["rows"]) == (at(60), 12)


def test_what_hides_on_other_rows_in_each_poll_is_never_told() -> None:
    story = Story(rulebook(*SCHEMA))
    for poll in range(8):
        hide = [number % 2 == poll % 2 and poll > 0 for number in range(20)]
        story.poll(
            poll * 15,
            endpoints=[
                endpoint(name, "novita", quantization=None if is_hidden else "fp8")
                for name, is_hidden in zip(NAMES, hide, strict=True)
            ],
        )

    assert story.told == []


@pytest.mark.parametrize("blind", [15, 30])
def test_a_poll_of_another_surface_confirms_nothing(blind: float) -> None:
    story = told_after(12)

    story.poll(15 + blind, models=[model("a/one")])

    assert story.told == []


def test_policies_thin_out_on_the_surface_that_carries_them() -> None:
    story = Story(rulebook(*SCHEMA, rule("data-policy-flip")))
    story.poll(0, policies={slug: private() for slug in MANY})

    for moment in (60, 120):
        thin = {slug: private(training=None) if slug < "p15" else private() for slug in MANY}
        story.poll(moment, policies=thin)

    (alert,) = story.alerts
    assert (alert.event, alert.field, alert.at) == ("catalog.schema_changed", "training", at(60))
