"""Zero retention: who leaves it, who joins it, and what only looks so."""

from __future__ import annotations

from tests.builders import (
    Story,
    at,
    endpoint,
    hours,
    key,
    model,
    rule,
    rulebook,
)
from watcher.alerts.severity import Severity
from watcher.judgement.decision import Gate

FLIPS = rule("data-policy-flip", direction="any")
GLM = "z-ai/glm-5.2"
NOVITA, GROQ = endpoint(GLM, "novita"), endpoint(GLM, "groq")


def zero_retention() -> Story:
    story = Story(rulebook(FLIPS))
    members = [key(GLM, "novita"), key(GLM, "groq")]
    story.poll(0, endpoints=[NOVITA, GROQ], zdr=members)
    return story


def test_leaving_zero_retention_is_a_flip_once_it_is_confirmed() -> None:
    story = zero_retention()

    story.poll(60, zdr=[key(GLM, "groq")])
    story.poll(120, zdr=[key(GLM, "groq")])

    (alert,) = story.alerts
    assert (alert.subject, alert.field, alert.old, alert.new) == (f"{GLM} @ novita", "zdr", True, False)
    assert (alert.at, alert.told_at, alert.severity) == (at(60), at(120), Severity.WARNING)


def test_joining_zero_retention_is_a_flip_to_the_better() -> None:
    story = Story(rulebook(FLIPS))
    story.poll(0, endpoints=[NOVITA, GROQ], zdr=[key(GLM, "groq")])

    story.poll(60, zdr=[key(GLM, "groq"), key(GLM, "novita")])

    assert [(alert.old, alert.new, alert.severity) for alert in story.alerts] == [
        (False, True, Severity.INFO)
    ]


def test_an_endpoint_that_comes_with_zero_retention_flips_nothing() -> None:
    story = zero_retention()

    members = [key(GLM, "groq"), key(GLM, "novita"), key(GLM, "baseten")]
    story.poll(60, endpoints=[NOVITA, GROQ, endpoint(GLM, "baseten")], zdr=members)

    assert story.alerts == []


def test_an_endpoint_that_leaves_with_its_zero_retention_flips_nothing() -> None:
    story = zero_retention()

    for moment in (60, 120):
        story.poll(moment, endpoints=[GROQ], zdr=[key(GLM, "groq")])

    assert story.alerts == []


def test_an_endpoint_under_another_tag_keeps_its_zero_retention() -> None:
    story = zero_retention()
    renamed = endpoint(GLM, "novita/fp8", quantization="fp8")

    for moment in (60, 120, 180):
        story.poll(moment, endpoints=[renamed, GROQ], zdr=[key(GLM, "novita/fp8"), key(GLM, "groq")])

    assert story.alerts == []


def test_zero_retention_that_only_blinked_is_counted_as_such() -> None:
    story = zero_retention()

    story.poll(60, zdr=[key(GLM, "groq")])
    story.poll(65, zdr=[key(GLM, "groq"), key(GLM, "novita")])

    assert [(item.gate, item.subject, item.field) for item in story.suppressed] == [
        (Gate.UNCONFIRMED, f"{GLM} @ novita", "zdr")
    ]
    assert story.alerts == []


def test_an_empty_list_of_zero_retention_is_refused() -> None:
    story = zero_retention()

    for moment in (60, 120):
        story.poll(moment, zdr=[])

    assert (story.alerts, len(story.refused)) == ([], 2)


def test_zero_retention_that_waits_is_told_by_its_own_surface() -> None:
    story = Story(rulebook(rule("data-policy-flip", lasting=hours(2))))
    story.poll(0, endpoints=[NOVITA, GROQ], zdr=[key(GLM, "novita"), key(GLM, "groq")])
    for moment in (60, 120):
        story.poll(moment, zdr=[key(GLM, "groq")])

    story.poll(185, endpoints=[NOVITA, GROQ])
    story.poll(190, zdr=[key(GLM, "groq")])

    assert [alert.told_at for alert in story.alerts] == [at(190)]


def test_a_model_that_leaves_and_returns_neither_leaves_nor_joins_zero_retention() -> None:
    story = Story(rulebook(FLIPS))
    seats = [key(GLM, "novita"), key("qwen/qwen4", "novita")]
    both = [model(GLM), model("qwen/qwen4")]
    story.poll(0, models=both, endpoints=[NOVITA, endpoint("qwen/qwen4", "novita")], zdr=seats)

    for moment in (60, 120, 180):
        story.poll(moment, models=both[1:], endpoints=[endpoint("qwen/qwen4", "novita")], zdr=seats[1:])
    for moment in (240, 300):
        story.poll(moment, models=both, endpoints=[NOVITA, endpoint("qwen/qwen4", "novita")], zdr=seats)

    assert story.alerts == []
