"""Policies of endpoints beside those of their providers."""

from __future__ import annotations

import pytest

from tests.builders import (
    Story,
    at,
    endpoint,
    hours,
    key,
    private,
    provider,
    rule,
    rulebook,
)
from watcher.catalog.names import Surface
from watcher.catalog.sheets import AskedSheet
from watcher.judgement.decision import Gate

FLIPS = rule("data-policy-flip", direction="any")
GLM = "z-ai/glm-5.2"
NOVITA, GROQ = endpoint(GLM, "novita"), endpoint(GLM, "groq")


def test_a_providers_flip_that_its_endpoints_repeat_is_one_message_about_the_provider() -> None:
    story = Story(rulebook(FLIPS))
    own, second = key(GLM, "novita"), key("qwen/qwen4", "novita")
    story.poll(
        0,
        endpoints=[NOVITA, endpoint("qwen/qwen4", "novita")],
        providers=[provider("novita")],
        policies={"novita": private()},
        endpoint_policies={own: private(), second: private()},
    )

    story.poll(
        60,
        policies={"novita": private(training=True)},
        endpoint_policies={own: private(training=True), second: private(training=True)},
    )

    (alert,) = story.alerts
    assert (alert.subject, alert.context["also"]) == ("novita", sorted((own.label, second.label)))
    assert story.gates == [Gate.POLICY_ECHO] * 2


def test_an_endpoints_own_flip_is_told_as_such() -> None:
    story = Story(rulebook(FLIPS))
    story.poll(
        0,
        endpoints=[NOVITA],
        policies={"novita": private()},
        endpoint_policies={key(GLM, "novita"): private()},
    )

    story.poll(
        60, policies={"novita": private()}, endpoint_policies={key(GLM, "novita"): private(can_publish=True)}
    )

    (alert,) = story.alerts
    assert (alert.event, alert.subject, alert.provider) == (
        "endpoint.policy_changed",
        f"{GLM} @ novita",
        "novita",
    )


@pytest.mark.parametrize(
    ("providers_before", "providers_after"),
    [(True, False), (None, True)],
    ids=["flips the other way", "is only learnt"],
)
def test_an_endpoints_flip_is_its_own_where_its_providers_move_does_not_explain_it(
    providers_before: bool | None, providers_after: bool
) -> None:
    story = Story(rulebook(rule("data-policy-flip", direction="worse")))
    own = key(GLM, "novita")
    story.poll(
        0,
        endpoints=[NOVITA],
        policies={"novita": private(training=providers_before)},
        endpoint_policies={own: private()},
    )

    story.poll(
        60,
        policies={"novita": private(training=providers_after)},
        endpoint_policies={own: private(training=True)},
    )

    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ novita"]


def test_a_policy_of_an_endpoint_that_was_never_swept_is_told_under_its_own_name() -> None:
    story = Story(rulebook(FLIPS))
    story.poll(0, endpoint_policies={key(GLM, "novita/fp8"): private()})

    story.poll(60, endpoint_policies={key(GLM, "novita/fp8"): private(training=True)})

    (alert,) = story.alerts
    assert (alert.subject, alert.model, alert.provider) == (f"{GLM} @ novita/fp8", GLM, "novita")


def test_an_endpoints_flip_is_confirmed_by_the_surface_that_showed_it() -> None:
    story = Story(rulebook(rule("data-policy-flip", lasting=hours(1))))
    story.poll(0, endpoints=[NOVITA], endpoint_policies={key(GLM, "novita"): private()})
    story.poll(60, endpoint_policies={key(GLM, "novita"): private(training=True)})

    story.poll(120, endpoints=[NOVITA])
    story.poll(125, endpoint_policies={key(GLM, "novita"): private(training=True)})

    assert [alert.told_at for alert in story.alerts] == [at(125)]


def test_an_unusable_list_of_endpoint_policies_says_nothing() -> None:
    story = Story(rulebook(FLIPS))
    story.poll(0, endpoints=[NOVITA], endpoint_policies={key(GLM, "novita"): private()})

    story.poll(60, endpoint_policies=AskedSheet(surface=Surface.FRONTEND_ENDPOINTS, fault="HTTP 404"))

    assert (story.alerts, story.suppressed) == ([], [])
