"""What a flip touches, who still offers the old policy, and which echo is heard when."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    Story,
    at,
    endpoint,
    frontend_offer,
    hours,
    key,
    minutes,
    model,
    policy,
    private,
    provider,
    rule,
    rulebook,
)
from watcher.catalog.policy import DataPolicy
from watcher.judgement.decision import Gate

FLIPS = rule("data-policy-flip")
GLM, QWEN = "z-ai/glm-5.2", "qwen/qwen4"
NOVITA, GROQ, FAST = endpoint(GLM, "novita"), endpoint(GLM, "groq"), endpoint(GLM, "novita/fp8")
TRAINS = private(training=True)


def told(book: Any = None, **surfaces: Any) -> Story:
    """Return a story of which both providers' policies are known to be private."""
    story = Story(book or rulebook(FLIPS, every=hours(1)))
    usual = {
        "endpoints": [NOVITA, GROQ],
        "providers": [provider("novita"), provider("groq")],
        "policies": {"novita": private(), "groq": private()},
    }
    story.poll(0, **(usual | surfaces))
    return story


def test_a_flip_names_who_still_offers_each_model_under_the_old_policy() -> None:
    story = told(endpoints=[NOVITA, GROQ, endpoint(QWEN, "novita")])

    story.poll(60, policies={"novita": TRAINS, "groq": private()})

    (alert,) = story.alerts
    assert alert.context["worse"] is True
    assert alert.context["alternatives"] == {GLM: ["Groq"], QWEN: []}
    assert alert.context["alone"] == [QWEN]


def test_what_is_unknown_is_no_alternative() -> None:
    story = told(policies={"novita": private(), "groq": policy()})

    story.poll(60, policies={"novita": TRAINS, "groq": policy()})

    assert story.alerts[0].context["alternatives"] == {GLM: []}
    assert story.alerts[0].context["alone"] == []


def test_an_endpoints_own_record_decides_whether_it_is_an_alternative() -> None:
    groq = key(GLM, "groq")
    story = told(endpoint_policies={groq: TRAINS})

    story.poll(60, policies={"novita": TRAINS, "groq": private()}, endpoint_policies={groq: TRAINS})

    assert story.alerts[0].context["alternatives"] == {GLM: []}


def test_who_keeps_nothing_keeps_it_for_no_longer() -> None:
    keeps = DataPolicy(retains_prompts=True, retention_days=30)
    story = told(policies={"novita": keeps, "groq": DataPolicy(retains_prompts=False)})

    story.poll(60, policies={"novita": DataPolicy(retains_prompts=True, retention_days=60)})

    assert story.alerts[0].context["alternatives"] == {GLM: ["Groq"]}


def test_a_flip_for_the_better_asks_for_no_alternative() -> None:
    story = told(policies={"novita": TRAINS})

    story.poll(60, policies={"novita": private()})

    (alert,) = story.alerts
    assert (alert.context["worse"], "alternatives" in alert.context) == (False, False)


def test_endpoints_whose_own_record_says_otherwise_are_not_touched() -> None:
    own = {key(GLM, "novita"): private(), key(GLM, "novita/fp8"): private()}
    story = told(endpoints=[NOVITA, FAST, GROQ], endpoint_policies=own)

    story.poll(60, policies={"novita": TRAINS}, endpoint_policies={**own, key(GLM, "novita/fp8"): TRAINS})

    assert story.alerts[0].context["also"] == [f"{GLM} @ novita/fp8"]


def test_an_endpoint_that_always_did_so_is_not_touched_by_its_providers_flip() -> None:
    own = {key(GLM, "novita"): TRAINS, key(GLM, "novita/fp8"): private()}
    story = told(endpoints=[NOVITA, FAST, GROQ], endpoint_policies=own)

    story.poll(50, endpoint_policies={**own, key(GLM, "novita/fp8"): TRAINS})
    story.poll(60, policies={"novita": TRAINS, "groq": private()})

    assert [alert.context["also"] for alert in story.alerts] == [[f"{GLM} @ novita/fp8"]]


def test_a_flip_that_was_waited_for_names_its_endpoints_too() -> None:
    own = {key(GLM, "novita/fp8"): private()}
    patient = rulebook(rule("data-policy-flip", lasting=minutes(30)), every=hours(1))
    story = told(patient, endpoints=[NOVITA, FAST, GROQ], endpoint_policies=own)
    for moment in (60, 120):
        story.poll(
            moment,
            endpoints=[NOVITA, FAST, GROQ, *([endpoint(QWEN, "novita")] if moment > 60 else [])],
            policies={"novita": TRAINS, "groq": private()},
            endpoint_policies=own,
        )

    (alert,) = story.alerts
    assert (alert.at, alert.told_at) == (at(60), at(120))
    assert alert.context["also"] == [f"{GLM} @ novita"]
    assert alert.context["alternatives"] == {GLM: ["Groq"]}


def test_a_flip_says_whose_record_it_was_read_from() -> None:
    own = key(GLM, "novita")
    story = told(endpoint_policies={own: private()})

    story.poll(60, policies={"novita": private(), "groq": TRAINS}, endpoint_policies={own: TRAINS})

    assert [(alert.subject, alert.context["read_from"]) for alert in story.alerts] == [
        ("groq", "provider's record"),
        (f"{GLM} @ novita", "endpoint's own record"),
    ]
    assert story.alerts[1].context["providers_record"] is False
    assert "read from the endpoint's own record" in story.alerts[1].reasons


def test_an_echo_that_is_read_after_its_cause_is_not_told() -> None:
    own = key(GLM, "novita")
    story = told(endpoint_policies={own: private()})

    story.poll(60, policies={"novita": TRAINS})
    story.poll(75, endpoint_policies={own: TRAINS})

    assert [alert.subject for alert in story.alerts] == ["novita"]
    assert story.alerts[0].context["also"] == [own.label]
    assert story.gates == [Gate.POLICY_ECHO]


def test_an_echo_that_is_read_before_its_cause_waits_for_it() -> None:
    own = key(GLM, "novita")
    story = told(endpoint_policies={own: private()})

    story.poll(50, endpoint_policies={own: TRAINS})
    assert story.alerts == []
    story.poll(60, policies={"novita": TRAINS})

    assert [alert.subject for alert in story.alerts] == ["novita"]
    assert story.alerts[0].context["also"] == [own.label]
    assert story.alerts[0].context["alternatives"] == {GLM: ["Groq"]}
    assert story.gates == [Gate.POLICY_ECHO]


def test_an_endpoints_own_flip_is_told_once_its_providers_record_was_read() -> None:
    own = key(GLM, "novita")
    story = told(endpoint_policies={own: private()})

    story.poll(50, endpoint_policies={own: TRAINS})
    story.poll(60, policies={"novita": private()})

    assert [(alert.subject, alert.at, alert.told_at) for alert in story.alerts] == [
        (own.label, at(50), at(60))
    ]


def test_a_flip_that_is_undone_before_its_providers_record_was_read_was_none() -> None:
    own = key(GLM, "novita")
    story = told(endpoint_policies={own: private()})

    story.poll(50, endpoint_policies={own: TRAINS})
    story.poll(55, endpoint_policies={own: private()})
    story.poll(60, policies={"novita": private()})

    assert (story.alerts, story.gates) == ([], [Gate.HELD_UNDONE])


def test_a_providers_record_that_died_is_not_waited_for() -> None:
    own = key(GLM, "novita")
    story = told(endpoint_policies={own: private()})
    story.poll(150, endpoint_policies={own: private()})

    story.poll(160, endpoint_policies={own: TRAINS})

    assert [alert.subject for alert in story.alerts] == [own.label]


def test_a_providers_record_is_waited_for_two_intervals_at_most() -> None:
    own = key(GLM, "novita")
    story = told(endpoint_policies={own: private()})

    story.poll(50, endpoint_policies={own: TRAINS})
    story.poll(110, endpoint_policies={own: TRAINS})
    assert story.alerts == []
    story.poll(172, endpoint_policies={own: TRAINS})

    assert [(alert.at, alert.told_at) for alert in story.alerts] == [(at(50), at(172))]


def test_a_policy_follows_its_endpoint_under_another_tag() -> None:
    story = told()
    before = [
        frontend_offer(NOVITA, private(), "uuid-1"), frontend_offer(GROQ, TRAINS, "uuid-2"),
    ]  # fmt: skip
    story.poll(1, endpoint_policies=before)

    renamed = [frontend_offer(FAST, TRAINS, "uuid-1"), frontend_offer(GROQ, TRAINS, "uuid-2")]
    story.poll(60, policies={"novita": private(), "groq": private()}, endpoint_policies=renamed)

    assert [(alert.subject, alert.old, alert.new) for alert in story.alerts] == [
        (f"{GLM} @ novita/fp8", False, True)
    ]


def test_two_endpoints_that_swap_their_tags_flip_nothing() -> None:
    story = told()
    story.poll(
        1, endpoint_policies=[frontend_offer(NOVITA, private(), "1"), frontend_offer(FAST, TRAINS, "2")]
    )

    story.poll(
        60,
        policies={"novita": private()},
        endpoint_policies=[frontend_offer(FAST, private(), "1"), frontend_offer(NOVITA, TRAINS, "2")],
    )

    assert story.alerts == []


def test_an_endpoint_that_becomes_the_free_one_flips_nothing() -> None:
    story = told()
    story.poll(1, endpoint_policies=[frontend_offer(NOVITA, private(), "1")])

    story.poll(
        60,
        policies={"novita": private()},
        endpoint_policies=[frontend_offer(endpoint(f"{GLM}:free", "novita"), TRAINS, "1")],
    )

    assert story.alerts == []


@pytest.mark.parametrize("ids", [("1", "2"), (None, None)], ids=["with other ids", "without ids"])
def test_ids_that_churn_flip_nothing_and_hide_nothing(ids: tuple[str | None, str | None]) -> None:
    story = told()
    story.poll(
        1, endpoint_policies=[frontend_offer(NOVITA, private(), "a"), frontend_offer(GROQ, private(), "b")]
    )

    story.poll(
        60,
        policies={"novita": private(), "groq": private()},
        endpoint_policies=[frontend_offer(NOVITA, private(), ids[0]), frontend_offer(GROQ, TRAINS, ids[1])],
    )

    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ groq"]


def zero_retention(*members: str) -> Story:
    story = Story(rulebook(FLIPS))
    story.poll(0, models=[model(GLM)], endpoints=[NOVITA, GROQ], zdr=[key(GLM, tag) for tag in members])
    return story


def test_a_model_that_lost_its_last_offer_with_zero_retention_says_so() -> None:
    story = zero_retention("novita")

    story.poll(60, zdr=[key(QWEN, "novita")])
    story.poll(120, zdr=[key(QWEN, "novita")])

    assert [(alert.event, alert.subject) for alert in story.alerts] == [
        ("endpoint.policy_changed", f"{GLM} @ novita"),
        ("model.policy_changed", GLM),
    ]


def test_a_model_that_has_another_offer_with_zero_retention_keeps_it() -> None:
    story = zero_retention("novita", "groq")

    story.poll(60, zdr=[key(GLM, "groq")])
    story.poll(120, zdr=[key(GLM, "groq")])

    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ novita"]
    assert story.alerts[0].context["alternatives"] == {GLM: ["Groq"]}


def test_the_last_offer_with_zero_retention_takes_it_along_when_it_leaves() -> None:
    story = zero_retention("novita")

    for minute in (60, 120):
        story.poll(minute, models=[model(GLM)], endpoints=[GROQ])

    assert [(alert.event, alert.subject, alert.new) for alert in story.alerts] == [
        ("model.policy_changed", GLM, False)
    ]


def test_a_model_that_left_itself_lost_no_zero_retention() -> None:
    story = zero_retention("novita")

    for minute in (60, 120):
        story.poll(minute, models=[model(QWEN)], endpoints=[endpoint(QWEN, "groq")], zdr=[key(QWEN, "groq")])

    assert story.alerts == []


def test_a_first_offer_with_zero_retention_is_news_for_the_better() -> None:
    story = Story(rulebook(rule("data-policy-flip", fields=("zdr",))))
    story.poll(0, models=[model(GLM)], endpoints=[NOVITA], zdr=[key(QWEN, "groq")])

    story.poll(minutes(60).seconds / 60, zdr=[key(QWEN, "groq"), key(GLM, "novita")])

    assert ("model.policy_changed", GLM) in story.told
    assert {alert.severity.label for alert in story.alerts} == {"info"}
