"""Blindness: silence must mean that nothing happened, never that nobody looked."""

from __future__ import annotations

import pytest

from tests.builders import Story, at, broken, endpoint, model, provider, rule, rulebook, when
from watcher.alerts.severity import Severity
from watcher.catalog.names import Surface
from watcher.catalog.telemetry import Telemetry

MODELS = [model("a/one"), model("a/two")]
TROUBLE = rule("catalog-trouble")


def blind_after(*failures: float, after: int = 3) -> Story:
    story = Story(rulebook(rule("catalog-trouble", after=after)))
    story.poll(0, models=MODELS)
    for moment in failures:
        story.poll(moment, models=broken())
    return story


def test_a_surface_is_blind_after_three_polls_without_a_believed_answer() -> None:
    assert blind_after(5, 10).alerts == []

    (alert,) = blind_after(5, 10, 15).alerts

    assert (alert.event, alert.subject, alert.severity) == ("catalog.refused", "models", Severity.CRITICAL)
    assert (alert.context["kind"], alert.context["failures"]) == ("blind", 3)
    assert (alert.context["reason"], alert.not_before) == ("HTTP 502", at(0))


def test_blindness_is_told_once() -> None:
    assert len(blind_after(*range(5, 300, 5)).alerts) == 1


def test_how_many_polls_is_a_parameter() -> None:
    assert len(blind_after(5, after=1).alerts) == 1


def test_seeing_again_resolves_the_blindness() -> None:
    story = blind_after(5, 10, 15)

    story.poll(20, models=MODELS)

    assert [str(alert.status) for alert in story.alerts] == ["firing", "resolved"]
    assert story.alerts[1].id == story.alerts[0].id
    assert story.alerts[1].context["lasted_seconds"] == 5 * 60


def test_a_blindness_of_days_does_not_close_as_unknown() -> None:
    story = blind_after(5, 10, 15)

    story.wait(3 * 24 * 60)

    assert len(story.alerts) == 1


def test_a_believed_poll_in_between_starts_the_count_again() -> None:
    story = blind_after(5, 10)

    story.poll(15, models=MODELS)
    story.poll(20, models=broken())
    story.poll(25, models=broken())

    assert story.alerts == []


def test_a_surface_that_was_never_read_is_told_after_as_many_attempts() -> None:
    story = Story(rulebook(TROUBLE))

    for moment in (0, 60, 120):
        story.poll(moment, zdr=broken(Surface.ZDR))

    (alert,) = story.alerts
    assert (alert.subject, alert.not_before) == ("zdr", None)


def test_held_polls_are_no_answer_either() -> None:
    story = Story(rulebook(TROUBLE))
    many = [model(f"a/{number}") for number in range(20)]
    story.poll(0, models=many)

    for moment in (5, 10, 15):
        story.poll(moment, models=many[:5])

    assert [alert.context["reason"] for alert in story.alerts] == ["held: 15 of 20 rows are missing at once"]


def test_a_refused_poll_is_an_event_of_its_own() -> None:
    story = Story(rulebook(when("catalog.refused")))
    story.poll(0, models=MODELS)

    story.poll(5, models=broken())

    (alert,) = story.alerts
    assert (alert.event, alert.subject, alert.context["reason"]) == (
        "catalog.refused",
        "models",
        "models: HTTP 502",
    )


def read(story: Story, minute: float, reading: Telemetry) -> None:
    listed = [endpoint(f"a/{number}", "novita") for number in range(6)]
    story.poll(minute, endpoints=[offer._replace(telemetry=reading) for offer in listed])


@pytest.mark.fault("a field removed everywhere")
def test_a_reading_that_vanishes_from_every_endpoint_is_lost_when_a_level_needs_it() -> None:
    needed = Story(rulebook(rule("uptime-drop"), TROUBLE))
    unneeded = Story(rulebook(rule("price-change"), TROUBLE))

    for story in (needed, unneeded):
        read(story, 0, Telemetry(uptime_30m=99.0))
        read(story, 15, Telemetry())
        read(story, 30, Telemetry())

    assert needed.told == [("catalog.surface_lost", "endpoints")]
    assert unneeded.told == []


def test_a_reading_that_is_back_is_told_as_back() -> None:
    story = Story(rulebook(rule("uptime-drop"), TROUBLE))
    read(story, 0, Telemetry(uptime_30m=99.0))
    for minute in (15, 30):
        read(story, minute, Telemetry())

    read(story, 45, Telemetry(uptime_30m=99.0))

    assert story.told[-1] == ("catalog.surface_back", "endpoints")


def test_a_loss_is_an_event_of_its_own() -> None:
    story = Story(rulebook(rule("uptime-drop"), when("catalog.surface_lost"), when("catalog.surface_back")))
    read(story, 0, Telemetry(uptime_30m=99.0))
    for minute in (15, 30):
        read(story, minute, Telemetry())

    assert [alert.rule for alert in story.alerts] == ["catalog.surface_lost"]


def test_capabilities_that_no_model_shows_any_more_are_a_lost_fact_and_no_loss_of_any_model() -> None:
    story = Story(rulebook(rule("capability-lost"), TROUBLE))
    many = [f"a/{number}" for number in range(6)]
    story.poll(0, models=[model(name) for name in many])

    for moment in (5, 20):
        story.poll(moment, models=[model(name, supported_parameters=None) for name in many])

    assert story.told == [("catalog.surface_lost", "models")]


def test_the_terms_that_no_provider_shows_any_more_are_lost() -> None:
    story = Story(rulebook(rule("terms-changed"), TROUBLE))
    slugs = [f"p{number}" for number in range(6)]
    story.poll(0, providers=[provider(slug) for slug in slugs])

    for moment in (60, 120):
        story.poll(moment, providers=[provider(slug, terms_of_service_url=None) for slug in slugs])

    assert story.told == [("catalog.surface_lost", "providers")]
