"""What is known of subjects that have no facts, are gone, or are followed no more."""

from __future__ import annotations

from tests.builders import (
    NOON,
    Clause,
    Story,
    at,
    endpoint,
    hours,
    key,
    minutes,
    model,
    provider,
    rule,
    rulebook,
    tariff,
)
from watcher.catalog.names import Kind
from watcher.judgement.decision import Gate
from watcher.judgement.edges.cases import Telling
from watcher.judgement.edges.clauses import telling_variables
from watcher.judgement.knowledge.present import Observed, present_fact
from watcher.judgement.knowledge.scope import in_scope
from watcher.judgement.knowledge.subjects import Slugs
from watcher.judgement.levels.readings import readings
from watcher.judgement.state import State
from watcher.rules.level import Level
from watcher.rules.subject import Subject

SURFACE = Subject(kind=Kind.CATALOG, uid="surface models", label="models")
GLM = "z-ai/glm-5.2"


def test_a_surface_is_in_every_rules_scope_and_has_no_facts_or_readings_of_its_own() -> None:
    narrow = rule("model-added", models=("a/*",))
    level = Level(kind=Kind.CATALOG, event="x", quantity="uptime_30m", below=1.0, recover=1.0)
    telling = Telling(
        rule=narrow,
        watch=narrow.watches[0],
        subject=SURFACE,
        field="refused",
        old="a",
        new="b",
        since=NOON,
        not_before=None,
    )

    assert in_scope(narrow, SURFACE, State())
    assert present_fact(State(), SURFACE, "refused") is None
    assert not Observed(models=True).covers(SURFACE, "refused")
    assert list(readings(State(), level, [], Slugs())) == []
    assert telling_variables(State(), telling)["change.field"] == "refused"


def test_a_wait_for_a_fact_the_rule_follows_no_more_is_frozen() -> None:
    story = Story(rulebook(rule("price-change")))
    for moment, price in ((0, "1"), (15, "2")):
        story.poll(moment, endpoints=[endpoint(GLM, "novita", prompt=price)])

    story.book = rulebook(rule("price-change", meters=("completion",)))
    story.poll(60, endpoints=[endpoint(GLM, "novita", prompt="2")])
    frozen = list(story.alerts)
    story.book = rulebook(rule("price-change"))
    story.poll(75, endpoints=[endpoint(GLM, "novita", prompt="2")])

    assert (frozen, len(story.alerts)) == ([], 1)


def test_a_wait_about_a_model_the_rule_is_not_about_any_more_is_frozen() -> None:
    story = Story(rulebook(rule("price-change")))
    for moment, price in ((0, "1"), (15, "2")):
        story.poll(moment, endpoints=[endpoint(GLM, "novita", prompt=price)])

    story.book = rulebook(rule("price-change", models=("qwen/*",)))
    story.poll(60, endpoints=[endpoint(GLM, "novita", prompt="2")])

    assert story.alerts == []


def test_a_provider_that_stays_away_is_told_once_it_was_gone_for_as_long_as_wanted() -> None:
    story = Story(rulebook(rule("provider-removed", lasting=hours(3))))
    story.poll(0, providers=[provider("novita"), provider("groq")])

    for moment in (60, 120, 180, 240):
        story.poll(moment, providers=[provider("novita")])

    assert [(alert.subject, alert.at, alert.told_at) for alert in story.alerts] == [("groq", at(60), at(240))]


def test_other_terms_that_stay_are_told_after_for() -> None:
    story = Story(rulebook(rule("terms-changed", lasting=hours(2))))

    for moment, address in ((0, "https://a.example"), (60, "https://b.example"), (180, "https://b.example")):
        story.poll(moment, providers=[provider("novita", terms_of_service_url=address)])

    assert [alert.told_at for alert in story.alerts] == [at(180)]


def test_a_row_that_only_says_its_price_otherwise_moved_no_price() -> None:
    story = Story(rulebook())
    story.poll(0, models=[model("a/one", tariff=tariff("1", "1"))], endpoints=[endpoint("a/one", "novita")])

    story.poll(5, models=[model("a/one", tariff=tariff("1", "1", image="0"))])

    assert story.suppressed == []


def test_a_tag_that_stands_once_is_left_alone_beside_equal_ones() -> None:
    story = Story(rulebook())

    story.poll(
        0, endpoints=[endpoint(GLM, "groq"), endpoint(GLM, "novita"), endpoint(GLM, "novita", ordinal=1)]
    )

    listed = next(iter(story.state.endpoints.values()))
    assert list(listed) == [key(GLM, "groq"), key(GLM, "novita"), key(GLM, "novita", 1)]


def test_a_clause_that_holds_shows_its_source() -> None:
    story = Story(rulebook(rule("model-added", where=Clause(source="true", verdict=lambda _: True))))
    story.poll(0, models=[model("a/one")])

    story.poll(5, models=[model("a/one"), model("a/two")])

    assert "where is true: true" in story.alerts[0].reasons


def test_a_free_row_without_any_price_is_not_known_to_be_free() -> None:
    story = Story(rulebook(rule("free-variant-gone", lasting=minutes(0))))
    story.poll(0, models=[model("a/one", prompt="0", completion="0")])

    story.poll(5, models=[model("a/one", prompt=None, completion=None)])

    assert (story.alerts, story.gates) == ([], [Gate.SCHEMA])
