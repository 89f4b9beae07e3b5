"""The command line finds what it asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.values import MINUTE, NOON, alert, change, state_with
from watcher.alerts.alert import Status
from watcher.catalog.names import Surface
from watcher.judgement.decision import Decision, Gate, Suppressed
from watcher.judgement.state import State, SurfaceHealth
from watcher.store.store import Store

CHANGES = (
    change("deepseek/deepseek-chat", event="model.added"),
    change(
        "deepseek/deepseek-chat @ fireworks",
        NOON + MINUTE,
        event="endpoint.added",
        model="deepseek/deepseek-chat",
    ),
    change("anthropic/claude", NOON + 2 * MINUTE),
    change("anthropic_claude", NOON + 3 * MINUTE, provider="azure"),
)


@pytest.fixture
def history(store: Store) -> Store:
    """Give a store with four changes."""
    store.commit(State(), Decision(state=State(), changes=CHANGES), (), now=NOON, expected_version=0)
    return store


def subjects(store: Store, glob: str | None = None, **asked: object) -> list[str]:
    return [found.subject for found in store.queries.history(glob, **asked)]  # type: ignore[arg-type]  # passed on


def test_history_is_told_from_the_newest_back(history: Store) -> None:
    assert tuple(history.queries.history()) == CHANGES[::-1]


def test_a_models_id_also_finds_its_endpoints(history: Store) -> None:
    assert subjects(history, "deepseek/deepseek-chat") == [CHANGES[1].subject, CHANGES[0].subject]


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        ("anthropic_*", 1),
        ("anthropic?claude", 2),
        ("*chat*", 2),
        ("azure", 1),
        ("Anthropic/*", 0),
        ("[ad]*", 4),
    ],
)
def test_a_glob_means_what_it_means_in_a_shell(history: Store, glob: str, found: int) -> None:
    assert len(subjects(history, glob)) == found


def test_history_is_narrowed_by_time_event_and_number(history: Store) -> None:
    assert subjects(history, since=NOON + 3 * MINUTE) == ["anthropic_claude"]
    assert subjects(history, event="endpoint.*") == [CHANGES[1].subject]
    assert subjects(history, event="model.added") == [CHANGES[0].subject]
    assert subjects(history, "anthropic*", limit=1) == ["anthropic_claude"]
    assert subjects(history, limit=0) == []


def test_an_alert_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    fired = alert("abcdef0123456789", is_level=True)
    resolved = replace(fired, status=Status.RESOLVED, told_at=NOON + MINUTE)
    decision = Decision(state=State(), alerts=(fired, alert("0bcdef0123456789"), resolved))
    store.commit(State(), decision, (), now=NOON, expected_version=0)

    asked = store.queries
    assert asked.alerts_named("ABCD") == (fired, resolved)
    assert asked.alerts_named("%") == ()
    assert asked.alerts_about("price-change", "deepseek/deepseek-chat") == decision.alerts
    assert asked.edges(NOON) == (decision.alerts[1],)
    assert asked.told(NOON + MINUTE) == (resolved,)


def test_the_health_of_surfaces_is_there_without_loading_the_state(store: Store) -> None:
    state = state_with("fireworks")
    store.commit(State(), Decision(state=state), (), now=NOON, expected_version=0)

    assert store.queries.surfaces() == {Surface.PROVIDERS: SurfaceHealth(believed_at=NOON, attempted_at=NOON)}
    assert store.queries.levels() == {}


def test_what_was_suppressed_is_explained_by_rule_and_subject(store: Store) -> None:
    def dropped(rule: str | None, subject: str) -> Suppressed:
        return Suppressed(
            at=NOON, gate=Gate.WHERE, rule=rule, subject=subject, field="x", reason="5 % < 10 %"
        )

    decision = Decision(
        state=State(),
        suppressed=(dropped("r", "a"), dropped(None, "a"), dropped("q", "a"), dropped("r", "b")),
    )
    store.commit(State(), decision, (), now=NOON, expected_version=0)

    assert store.queries.suppressed(subject="a", rule="r") == decision.suppressed[:2]
    assert store.queries.suppressed(since=NOON + MINUTE) == ()


@pytest.mark.parametrize("event", ["model.added", "endpoint.added", "endpoint.price_changed", "none", "*"])
def test_what_was_not_asked_for_is_not_taken_for_damaged(history: Store, event: str) -> None:
    for glob in (None, "deepseek/deepseek-chat", "anthropic*"):
        list(history.queries.history(glob, event=event, oldest_first=True))

    assert history.queries.damage() == {}


def test_the_alerts_of_others_are_not_taken_for_damaged(store: Store) -> None:
    told = (alert("a" * 16), alert("b" * 16, is_level=True))
    other = replace(told[0], id="c" * 16, rule="another", subject="a/b")
    store.commit(State(), Decision(state=State(), alerts=(*told, other)), (), now=NOON, expected_version=0)

    found = [
        store.queries.alerts_about(rule, subject) for rule in ("another", "x") for subject in ("a/b", "y")
    ]

    assert [len(each) for each in found] == [1, 0, 0, 0]
    assert len(store.queries.edges(NOON)) == 2
    assert store.queries.damage() == {}
