"""The same endpoint under another name, and equal tags told apart."""

from __future__ import annotations

from tests.builders import Offer, Story, endpoint, minutes, offers, rule, rulebook, when
from watcher.judgement.decision import Gate

GLM = "z-ai/glm-5.2"
COMING = (
    when("endpoint.added"),
    when("endpoint.removed"),
    when("endpoint.changed"),
    rule("quantization-downgrade"),
)


def polled(*polls: list[Offer]) -> Story:
    story = Story(rulebook(*COMING))
    for index, listed in enumerate(polls):
        story.poll(index * 15, endpoints=listed)
    return story


def test_one_that_left_and_one_that_came_of_a_provider_are_one_endpoint_changed() -> None:
    before, after = endpoint(GLM, "novita/bf16"), endpoint(GLM, "novita/fp8", quantization="fp8")

    story = polled([before], [after], [after])

    assert {(alert.rule, alert.field, alert.old, alert.new) for alert in story.alerts} == {
        ("endpoint.changed", "quantization", "bf16", "fp8"),
        ("endpoint.changed", "tag", "novita/bf16", "novita/fp8"),
        ("quantization-downgrade", "quantization", "bf16", "fp8"),
    }
    assert story.gates == [Gate.RENAMED]


def test_one_of_another_provider_is_another_endpoint() -> None:
    story = polled(
        [endpoint(GLM, "novita"), endpoint(GLM, "groq")],
        *[[endpoint(GLM, "novita"), endpoint(GLM, "xai")]] * 2,
    )

    assert sorted(story.told) == [("endpoint.added", f"{GLM} @ xai"), ("endpoint.removed", f"{GLM} @ groq")]


def test_of_several_those_with_an_equal_rest_are_the_same() -> None:
    story = polled(
        [endpoint(GLM, "novita/a", prompt="1"), endpoint(GLM, "novita/b", prompt="2")],
        *[[endpoint(GLM, "novita/y", prompt="2"), endpoint(GLM, "novita/z", prompt="9")]] * 2,
    )

    assert story.gates == [Gate.RENAMED]
    assert sorted(story.told) == [
        ("endpoint.added", f"{GLM} @ novita/z"),
        ("endpoint.changed", f"{GLM} @ novita/y"),
        ("endpoint.removed", f"{GLM} @ novita/a"),
    ]


def test_a_whole_batch_under_new_tags_is_no_arrival_at_all() -> None:
    models = [f"a/model-{number}" for number in range(19)]

    story = polled(
        [endpoint(name, "novita/fp8") for name in models],
        *[[endpoint(name, "novita/us/fp8") for name in models]] * 2,
    )

    assert {event for event, _ in story.told} == {"endpoint.changed"}
    assert story.gates == [Gate.RENAMED] * 19


def test_a_renamed_endpoint_keeps_its_anchor() -> None:
    story = Story(rulebook(rule("price-change", basis="endpoint", lasting=minutes(0))))
    story.poll(0, endpoints=[endpoint(GLM, "novita/bf16", prompt="100")])
    story.poll(15, endpoints=[endpoint(GLM, "novita/bf16", prompt="106")])

    story.poll(30, endpoints=[endpoint(GLM, "novita/fp8", prompt="111")])

    assert story.moves == [(f"{GLM} @ novita/fp8", "100", "111")]


def test_a_new_endpoint_under_a_tag_that_a_renamed_one_had_is_another_one() -> None:
    story = polled(
        [endpoint(GLM, "novita/bf16")],
        [endpoint(GLM, "novita/fp8", quantization="fp8")],
        [endpoint(GLM, "novita/fp8", quantization="fp8"), endpoint(GLM, "novita/bf16")],
    )

    uids = {tracked.uid for tracked in next(iter(story.state.endpoints.values())).values()}
    assert len(uids) == 2
    assert story.told[-1] == ("endpoint.added", f"{GLM} @ novita/bf16")


def test_an_endpoint_whose_row_could_not_be_read_was_not_renamed() -> None:
    story = Story(rulebook(*COMING))
    story.poll(0, endpoints=[endpoint(GLM, "novita/a"), endpoint(GLM, "novita/b")])

    for moment in (15, 30, 60):
        story.poll(
            moment,
            endpoints=offers(endpoint(GLM, "novita/b"), endpoint(GLM, "novita/c"), bad=[(GLM, "novita/a")]),
        )

    assert story.told == [("endpoint.added", f"{GLM} @ novita/c")]


def test_a_row_without_a_tag_may_be_any_that_is_not_listed() -> None:
    story = Story(rulebook(*COMING))
    story.poll(0, endpoints=[endpoint(GLM, "novita"), endpoint(GLM, "groq")])

    for moment in (15, 30, 60):
        story.poll(moment, endpoints=offers(endpoint(GLM, "novita"), bad=[(GLM, None)]))

    assert (story.alerts, story.suppressed) == ([], [])


def test_a_waiting_price_is_not_told_by_a_poll_that_could_not_read_its_row() -> None:
    story = Story(rulebook(rule("price-change", basis="endpoint")))
    for moment, price in ((0, "1"), (15, "2")):
        story.poll(moment, endpoints=[endpoint(GLM, "novita", prompt=price), endpoint(GLM, "groq")])

    story.poll(60, endpoints=offers(endpoint(GLM, "groq"), bad=[(GLM, "novita")]))

    assert story.alerts == []


def test_equal_tags_are_told_apart_by_their_order_at_first() -> None:
    story = polled([endpoint(GLM, "novita", prompt="1"), endpoint(GLM, "novita", prompt="2", ordinal=1)])

    labels = [str(key) for key in next(iter(story.state.endpoints.values()))]
    assert labels == [f"{GLM} @ novita", f"{GLM} @ novita #2"]


def test_equal_tags_keep_their_ordinals_when_their_order_turns() -> None:
    story = Story(rulebook(when("endpoint.price_changed"), *COMING))
    story.poll(
        0, endpoints=[endpoint(GLM, "novita", prompt="1"), endpoint(GLM, "novita", prompt="2", ordinal=1)]
    )

    story.poll(
        15, endpoints=[endpoint(GLM, "novita", prompt="2"), endpoint(GLM, "novita", prompt="1", ordinal=1)]
    )

    assert (story.alerts, story.suppressed) == ([], [])


def test_of_equal_tags_the_one_that_changed_is_found() -> None:
    story = Story(rulebook(when("endpoint.price_changed")))
    first, second = (
        endpoint(GLM, "novita", prompt="1", context_length=8),
        endpoint(GLM, "novita", prompt="2", ordinal=1),
    )
    story.poll(0, endpoints=[first, second])

    moved = endpoint(GLM, "novita", prompt="3", ordinal=1, context_length=8)
    story.poll(15, endpoints=[endpoint(GLM, "novita", prompt="2"), moved])

    assert story.moves == [(f"{GLM} @ novita", "1", "3")]


def test_a_third_of_equal_tags_gets_the_next_ordinal() -> None:
    two = [endpoint(GLM, "novita", prompt="1"), endpoint(GLM, "novita", prompt="2", ordinal=1)]

    story = polled(two, [*two, endpoint(GLM, "novita", prompt="3", ordinal=2)])

    assert story.told == [("endpoint.added", f"{GLM} @ novita #3")]


def test_readings_follow_the_endpoint_and_not_the_place_in_the_list() -> None:
    story = Story(rulebook())
    story.poll(
        0,
        endpoints=[
            endpoint(GLM, "novita", prompt="1", uptime=10),
            endpoint(GLM, "novita", prompt="2", ordinal=1, uptime=20),
        ],
    )

    story.poll(
        15,
        endpoints=[
            endpoint(GLM, "novita", prompt="2", uptime=21),
            endpoint(GLM, "novita", prompt="1", ordinal=1, uptime=11),
        ],
    )

    readings = {str(key): reading.uptime_30m for key, reading in story.state.telemetry.items()}
    assert readings == {f"{GLM} @ novita": 11, f"{GLM} @ novita #2": 21}


def test_the_one_of_several_equal_tags_that_stays_is_still_itself() -> None:
    twins = [
        endpoint("a/one", "novita", prompt=price, ordinal=ordinal) for ordinal, price in enumerate("123")
    ]
    last = endpoint("a/one", "novita", prompt="3")
    story = Story(rulebook(rule("price-change", basis="endpoint"), when("endpoint.removed")))
    story.poll(0, endpoints=twins)

    for moment in (15, 30, 60, 90):
        story.poll(moment, endpoints=[last])

    assert story.told == [("endpoint.removed", "a/one @ novita"), ("endpoint.removed", "a/one @ novita #2")]
