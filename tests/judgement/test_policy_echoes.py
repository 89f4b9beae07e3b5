"""A provider's flip and its endpoints' are one: also where the provider's record cannot be read meanwhile."""

from __future__ import annotations

import pytest

from tests.builders import Story, at, broken, endpoint, key, private, rule, rulebook
from watcher.catalog.names import Surface
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
