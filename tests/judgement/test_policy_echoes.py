"""A provider's flip and its endpoints' are one: also where the provider's record cannot be read meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Story, at, broken, endpoint, key, policy, private, provider, rule, rulebook
from watcher.catalog.names import Surface
from watcher.catalog.policy import DataPolicy
from watcher.catalog.sheets import Sheet
from watcher.judgement.decision import Gate

FLIPS = rule("data-policy-flip")
GLM = "z-ai/glm-5.2"
NOVITA = endpoint(GLM, "novita")
OWN = key(GLM, "novita")
LOST = broken(Surface.FRONTEND, "HTTP 503")


def before_the_list_dies() -> Story:
    story = Story(rulebook(FLIPS))
    story.poll(0, endpoints=[NOVITA], policies={"novita": private()}, endpoint_policies={OWN: private()})
    story.poll(60, policies=LOST, endpoint_policies={OWN: private(training=True)})
    return story


def test_a_flip_in_the_poll_in_which_the_providers_died_is_the_providers_when_they_are_back() -> None:
    story = before_the_list_dies()
    assert story.alerts == []

    story.poll(
        120, policies={"novita": private(training=True)}, endpoint_policies={OWN: private(training=True)}
    )
    story.poll(
        180, policies={"novita": private(training=True)}, endpoint_policies={OWN: private(training=True)}
    )

    assert [(alert.subject, alert.at) for alert in story.alerts] == [("novita", at(120))]


def test_it_is_the_endpoints_own_where_the_providers_come_back_without_it() -> None:
    story = before_the_list_dies()

    story.poll(120, policies={"novita": private()}, endpoint_policies={OWN: private(training=True)})

    assert [(alert.subject, alert.at) for alert in story.alerts] == [(f"{GLM} @ novita", at(60))]


@pytest.mark.parametrize("hours_away", [4, 24, 24 * 7])
def test_it_is_told_of_the_endpoints_where_the_providers_stay_away_and_not_again(hours_away: int) -> None:
    story = before_the_list_dies()
    for hour in range(2, hours_away):
        story.poll(hour * 60, policies=LOST, endpoint_policies={OWN: private(training=True)})
    story.poll(hours_away * 60, endpoint_policies={OWN: private(training=True)})
    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ novita"]

    for hour in (hours_away + 1, hours_away + 2):
        story.poll(hour * 60, policies={"novita": private(training=True)})

    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ novita"]
    assert Gate.POLICY_ECHO in story.gates


def test_what_a_provider_does_after_its_endpoints_were_told_is_its_own() -> None:
    story = before_the_list_dies()
    for hour in range(2, 5):
        story.poll(hour * 60, policies=LOST, endpoint_policies={OWN: private(training=True)})
    story.poll(300, policies={"novita": private(training=True, retains_prompts=True)})

    for hour, training in ((6, False), (7, True)):
        story.poll(hour * 60, policies={"novita": private(training=training, retains_prompts=True)})

    assert [(alert.subject, alert.field, alert.new) for alert in story.alerts] == [
        (f"{GLM} @ novita", "training", True),
        ("novita", "retains_prompts", True),
        ("novita", "training", False),
        ("novita", "training", True),
    ]


def test_a_provider_is_told_too_where_endpoints_go_by_its_record_alone() -> None:
    story = Story(rulebook(FLIPS))
    both = [NOVITA, endpoint("a/other", "novita")]
    story.poll(0, endpoints=both, policies={"novita": private()}, endpoint_policies={OWN: private()})
    for hour in range(1, 5):
        story.poll(hour * 60, policies=LOST, endpoint_policies={OWN: private(training=True)})

    story.poll(300, policies={"novita": private(training=True)})

    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ novita", "novita"]


@pytest.mark.parametrize("hours_away", [1, 24, 24 * 7])
@pytest.mark.parametrize("away", [{}, {"novita": private(training=None)}], ids=["not listed", "unknown"])
def test_a_providers_own_row_that_is_missing_is_waited_for_and_then_not_told_again(
    hours_away: int, away: dict[str, DataPolicy]
) -> None:
    story = Story(rulebook(FLIPS))
    flipped, others = private(training=True), {"groq": private(), "mara": private()}
    story.poll(
        0, endpoints=[NOVITA], policies=others | {"novita": private()}, endpoint_policies={OWN: private()}
    )
    for hour in range(1, hours_away + 1):
        story.poll(hour * 60, policies=others | away, endpoint_policies={OWN: flipped})

    for hour in range(hours_away + 1, hours_away + 4):
        story.poll(hour * 60, policies=others | {"novita": flipped}, endpoint_policies={OWN: flipped})

    expected = "novita" if hours_away == 1 else f"{GLM} @ novita"
    assert [(alert.subject, alert.old, alert.new) for alert in story.alerts] == [(expected, False, True)]
    assert story.state.anchors == {}


@pytest.mark.parametrize("hours_away", [1, 24, 24 * 7])
def test_an_endpoint_that_was_unknown_while_its_provider_flipped_repeats_it(hours_away: int) -> None:
    story = Story(rulebook(FLIPS))
    flipped = {"novita": private(training=True)}
    story.poll(0, endpoints=[NOVITA], policies={"novita": private()}, endpoint_policies={OWN: private()})
    for hour in range(1, hours_away + 1):
        story.poll(hour * 60, policies=flipped, endpoint_policies={OWN: policy()})

    for hour in range(hours_away + 1, hours_away + 4):
        story.poll(hour * 60, policies=flipped, endpoint_policies={OWN: private(training=True)})

    assert [alert.subject for alert in story.alerts] == ["novita"]
    assert story.gates.count(Gate.POLICY_ECHO) == 1


def test_an_endpoint_that_was_unknown_and_is_another_by_itself_is_told_once() -> None:
    story = Story(rulebook(FLIPS))
    record = {"novita": private()}
    story.poll(0, endpoints=[NOVITA], policies=record, endpoint_policies={OWN: private()})
    story.poll(60, policies=record, endpoint_policies={OWN: policy()})

    for hour in (2, 3, 4):
        story.poll(hour * 60, policies=record, endpoint_policies={OWN: private(training=True)})

    assert [(alert.subject, alert.old, alert.new) for alert in story.alerts] == [
        (f"{GLM} @ novita", False, True)
    ]


def test_a_flip_at_an_endpoint_whose_provider_nobody_lists_waits_for_nobody() -> None:
    story = Story(rulebook(FLIPS))
    others = {"groq": private()}
    story.poll(0, endpoints=[NOVITA], policies=others, endpoint_policies={OWN: private()})

    story.poll(60, policies=broken(Surface.FRONTEND), endpoint_policies={OWN: private(training=True)})

    assert [(alert.subject, alert.told_at) for alert in story.alerts] == [(f"{GLM} @ novita", at(60))]


def test_a_provider_whose_fact_was_never_known_is_not_waited_for() -> None:
    story = Story(rulebook(FLIPS))
    record = {"novita": policy(retains_prompts=False)}
    story.poll(0, endpoints=[NOVITA], policies=record, endpoint_policies={OWN: private()})

    story.poll(60, endpoint_policies={OWN: private(training=True)})

    assert [(alert.subject, alert.told_at) for alert in story.alerts] == [(f"{GLM} @ novita", at(60))]


def test_a_provider_that_was_not_listed_for_a_while_has_a_window_of_its_own() -> None:
    story = Story(rulebook(FLIPS))
    others = {"groq": private()}
    story.poll(0, policies=others | {"novita": private()})
    for hour in (1, 2):
        story.poll(hour * 60, policies=others)

    story.poll(180, policies=others | {"novita": private(training=True)})

    assert [(alert.not_before, alert.at) for alert in story.alerts] == [(at(0), at(180))]


def in_the_documented_list(training: bool | None, others: bool | None = False) -> dict[str, Any]:
    """Return the providers as the documented list showed them for a while: with their policies."""
    rows = {f"other-{number}": policy(training=others) for number in range(5)}
    rows |= {"novita": policy(training=training)}
    listed = Sheet(surface=Surface.PROVIDERS, rows=rows)
    return {"providers": [provider(slug) for slug in rows], "policies": listed}


def test_records_in_the_documented_list_are_waited_for_alike() -> None:
    story = Story(rulebook(FLIPS))
    story.poll(0, endpoints=[NOVITA], endpoint_policies={OWN: private()}, **in_the_documented_list(False))
    story.poll(30, endpoint_policies={OWN: private(training=True)})
    assert story.alerts == []

    story.poll(60, **in_the_documented_list(True))

    assert [alert.subject for alert in story.alerts] == ["novita"]


def test_records_that_the_documented_list_showed_long_ago_are_waited_for_no_more() -> None:
    story = Story(rulebook(FLIPS))
    story.poll(0, endpoints=[NOVITA], endpoint_policies={OWN: private()}, **in_the_documented_list(False))
    for hour in range(1, 72):
        story.poll(hour * 60, **in_the_documented_list(None, None))

    story.poll(72 * 60, endpoint_policies={OWN: private(training=True)})

    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ novita"]
