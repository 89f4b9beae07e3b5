"""Scopes: whose uptime is read, which rules are about whom, and what an outage explains."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.builders import Offer, Story, at, endpoint, model, private, provider, rule, rulebook, when, while_
from watcher.alerts.alert import Alert
from watcher.catalog.names import ModelId
from watcher.judgement.decision import Gate

GLM = "z-ai/glm-5.2"
NOW = timedelta(0)
SCOPES = ("model", "endpoint", "provider")


def down(scope: str, *listed: Offer, **parameters: Any) -> list[Alert]:
    """Return what uptime-drop of a scope tells of one poll."""
    story = Story(rulebook(rule("uptime-drop", scope=scope, lasting=NOW, **parameters)))
    story.poll(0, endpoints=listed)
    return story.alerts


def test_a_models_uptime_is_its_best_known_endpoints() -> None:
    one_well = down("model", endpoint(GLM, "novita", uptime=10), endpoint(GLM, "groq", uptime=99))
    nobody = down("model", endpoint(GLM, "novita", uptime=10), endpoint(GLM, "groq", uptime=60))

    assert (one_well, [alert.new for alert in nobody]) == ([], [60])


def test_an_unknown_uptime_is_neither_good_nor_bad() -> None:
    some = down("model", endpoint(GLM, "novita", uptime=10), endpoint(GLM, "groq", uptime=None))
    none = down("model", endpoint(GLM, "novita", uptime=None))

    assert ([alert.new for alert in some], none) == ([10], [])


def test_an_alias_is_not_down_beside_its_target() -> None:
    story = Story(rulebook(*(rule("uptime-drop", name=one, scope=one, lasting=NOW) for one in SCOPES)))
    alias = model("~z-ai/latest", alias_target=ModelId(GLM))
    offers = (endpoint(of, tag, uptime=10) for of in (GLM, alias.id) for tag in ("novita", "novita/eu"))

    story.poll(0, models=[model(GLM), alias], endpoints=offers)

    assert story.told == [("model.uptime", GLM)]


def test_an_endpoint_is_told_under_its_own_name() -> None:
    (alert,) = down("endpoint", endpoint(GLM, "novita/fp8", uptime=10), endpoint(GLM, "groq", uptime=99))

    assert (alert.event, alert.subject, alert.provider) == (
        "endpoint.uptime",
        f"{GLM} @ novita/fp8",
        "novita",
    )


def test_a_service_tier_that_repeats_its_standard_endpoint_is_told_once() -> None:
    twins = down("endpoint", endpoint(GLM, "openai", uptime=10), endpoint(GLM, "openai/flex", uptime=10))
    alone = down("endpoint", endpoint(GLM, "openai/flex", uptime=10))

    assert [alert.subject for alert in twins] == [f"{GLM} @ openai"]
    assert [alert.subject for alert in alone] == [f"{GLM} @ openai/flex"]


def test_a_providers_uptime_is_the_share_of_its_endpoints_that_serve_well() -> None:
    (alert,) = down(
        "provider",
        endpoint("a/one", "novita", uptime=79.9),
        endpoint("a/two", "novita", uptime=80),
        endpoint("a/three", "novita", uptime=99),
        endpoint("a/four", "novita", uptime=99),
        endpoint("a/five", "novita", uptime=None),
    )

    assert (alert.event, alert.subject, alert.new) == ("provider.uptime", "novita", 75.0)


def test_a_provider_is_told_with_how_many_of_its_endpoints_are_well() -> None:
    story = Story(rulebook(rule("uptime-drop", scope="provider", lasting=NOW)))

    story.poll(
        0, endpoints=[endpoint(f"a/{n}", "novita", uptime=uptime) for n, uptime in enumerate((99, 9, 9))]
    )

    context = story.alerts[0].context
    assert (context["well"], context["known"]) == (1, 3)


def test_a_model_is_told_with_how_each_of_its_endpoints_does_the_best_first() -> None:
    story = Story(rulebook(rule("uptime-drop", lasting=NOW)))
    tags = {"novita": 40, "groq": None, "azure/eu": 60}

    story.poll(0, endpoints=[endpoint("a/one", tag, uptime=uptime) for tag, uptime in tags.items()])

    assert story.alerts[0].context["offers"] == [["azure/eu", 60], ["novita", 40], ["groq", None]]


def test_a_provider_of_fewer_than_three_known_endpoints_says_nothing() -> None:
    alerts = down(
        "provider",
        endpoint("a/one", "novita", uptime=1),
        endpoint("a/two", "novita", uptime=1),
        endpoint("a/three", "novita", uptime=None),
    )

    assert alerts == []


def test_service_tiers_count_once_for_their_provider() -> None:
    alerts = down(
        "provider",
        endpoint("a/one", "openai", uptime=1),
        endpoint("a/one", "openai/flex", uptime=1),
        endpoint("a/two", "openai", uptime=1),
    )

    assert alerts == []


def test_a_provider_is_found_by_its_name_where_tags_do_not_say_it() -> None:
    story = Story(rulebook(rule("uptime-drop", scope="provider", lasting=NOW)))
    story.poll(0, providers=[provider("azure-openai", name="Azure")])

    story.poll(
        1, endpoints=[endpoint(f"a/{n}", "azure/eu", uptime=1, provider_name="Azure") for n in range(3)]
    )

    assert [alert.subject for alert in story.alerts] == ["azure-openai"]


def both(scope: str) -> Story:
    return Story(
        rulebook(
            rule("uptime-drop", name="endpoints", scope="endpoint", lasting=NOW),
            rule("uptime-drop", name="whole", scope=scope, lasting=NOW),
        )
    )


def test_an_outage_of_a_model_explains_its_endpoints() -> None:
    story = both("model")

    story.poll(0, endpoints=[endpoint(GLM, "novita", uptime=1), endpoint(GLM, "groq", uptime=2)])

    assert story.told == [("model.uptime", GLM)]
    assert story.gates == [Gate.INHIBITED] * 2


def test_an_outage_of_a_provider_explains_its_endpoints() -> None:
    story = both("provider")

    listed = [endpoint(f"a/{number}", "novita", uptime=1) for number in range(3)]
    story.poll(0, endpoints=[*listed, endpoint("a/0", "groq", uptime=1)])

    assert story.told == [("endpoint.uptime", "a/0 @ groq"), ("provider.uptime", "novita")]


def test_the_end_of_an_outage_that_was_explained_is_not_told_either() -> None:
    story = both("model")
    story.poll(0, endpoints=[endpoint(GLM, "novita", uptime=1)])

    for moment in range(15, 120, 15):
        story.poll(moment, endpoints=[endpoint(GLM, "novita", uptime=99)])

    assert story.told == [("model.uptime", GLM)] * 2


def test_an_outage_that_outlives_what_explained_it_is_told_then() -> None:
    story = both("model")
    story.poll(0, endpoints=[endpoint(GLM, "novita", uptime=1), endpoint(GLM, "groq", uptime=2)])

    for moment in range(15, 120, 15):
        story.poll(moment, endpoints=[endpoint(GLM, "novita", uptime=1), endpoint(GLM, "groq", uptime=99)])

    told = [(alert.subject, str(alert.status), alert.at, alert.told_at) for alert in story.alerts]
    assert told == [
        (GLM, "firing", at(0), at(0)),
        (GLM, "resolved", at(0), at(75)),
        (f"{GLM} @ novita", "firing", at(0), at(75)),
    ]


def test_a_clock_of_a_lone_endpoint_runs_although_its_model_is_well() -> None:
    story = both("model")

    story.poll(0, endpoints=[endpoint(GLM, "novita", uptime=1), endpoint(GLM, "groq", uptime=99)])

    assert story.told == [("endpoint.uptime", f"{GLM} @ novita")]


def test_a_rule_is_about_the_models_its_globs_name() -> None:
    story = Story(rulebook(rule("price-change", models=("z-ai/*",), lasting=NOW)))

    for moment, price in ((0, "1"), (15, "2")):
        story.poll(
            moment,
            endpoints=[endpoint(GLM, "novita", prompt=price), endpoint("qwen/qwen4", "novita", prompt=price)],
        )

    assert story.told == [("model.price_changed", GLM)]


def test_a_rule_about_some_providers_hears_of_their_endpoints_only() -> None:
    story = Story(rulebook(when("endpoint.price_changed", providers=("groq",))))

    for moment, price in ((0, "1"), (15, "2")):
        story.poll(
            moment, endpoints=[endpoint(GLM, "novita", prompt=price), endpoint(GLM, "groq", prompt=price)]
        )

    assert story.told == [("endpoint.price_changed", f"{GLM} @ groq")]


def test_a_rule_about_some_providers_hears_of_models_they_serve() -> None:
    story = Story(rulebook(rule("uptime-drop", providers=("groq",), lasting=NOW)))

    story.poll(0, endpoints=[endpoint(GLM, "groq", uptime=1), endpoint("qwen/qwen4", "novita", uptime=1)])

    assert [alert.subject for alert in story.alerts] == [GLM]


def test_a_rule_about_some_models_hears_of_providers_that_serve_one_of_them() -> None:
    story = Story(rulebook(rule("data-policy-flip", models=("z-ai/*",))))
    story.poll(0, endpoints=[endpoint(GLM, "novita"), endpoint("qwen/qwen4", "groq")])
    story.poll(5, policies={"novita": private(), "groq": private()})

    story.poll(65, policies={"novita": private(training=True), "groq": private(training=True)})

    assert [alert.subject for alert in story.alerts] == ["novita"]


def test_while_nobody_knows_whom_a_provider_serves_it_may_be_one_of_them() -> None:
    story = Story(rulebook(rule("data-policy-flip", models=("z-ai/*",))))
    story.poll(0, policies={"novita": private()})

    story.poll(60, policies={"novita": private(training=True)})

    assert [alert.subject for alert in story.alerts] == ["novita"]


def test_a_threshold_on_throughput_reads_each_endpoint() -> None:
    story = Story(rulebook(while_("endpoint.throughput", below=10.0, recover=20.0)))
    offer = endpoint(GLM, "novita")

    story.poll(0, endpoints=[offer._replace(telemetry=offer.telemetry._replace(throughput=5.0))])

    assert [(alert.subject, alert.new) for alert in story.alerts] == [(f"{GLM} @ novita", 5.0)]


def test_an_endpoint_that_is_not_listed_is_not_read() -> None:
    story = Story(rulebook(rule("uptime-drop", scope="endpoint", lasting=NOW)))
    story.poll(0, models=[model(GLM)], endpoints=[endpoint(GLM, "novita"), endpoint(GLM, "groq", uptime=1)])

    story.poll(15, endpoints=[endpoint(GLM, "novita", uptime=1)])

    assert [alert.subject for alert in story.alerts] == [f"{GLM} @ groq", f"{GLM} @ novita"]
