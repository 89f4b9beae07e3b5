"""Laws of ``decide``, whatever is polled."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.builders import (
    Story,
    at,
    endpoint,
    key,
    minutes,
    model,
    policy,
    provider,
    rule,
    rulebook,
    seen,
    when,
)
from watcher.alerts.receiver import Digest, Receiver
from watcher.catalog.sheets import EndpointsSheet, Offers, Seen, Sheet
from watcher.judgement.decide import decide
from watcher.judgement.decision import Decision
from watcher.judgement.state import State

MODELS = ("a/one", "b/two", "c/three:free")
TAGS = ("novita", "groq/fp8", "openai", "openai/flex")
SLUGS = ("novita", "groq", "openai")
RULES = rulebook(
    rule("new-free-variant"),
    rule("free-variant-gone"),
    rule("price-change", lasting=minutes(0)),
    rule("price-change", name="endpoints", basis="endpoint", lasting=minutes(20)),
    rule("data-policy-flip", direction="any"),
    rule("uptime-drop", lasting=minutes(15)),
    rule("model-added"),
    rule("model-removed"),
    rule("provider-added"),
    rule("provider-removed"),
    rule("capability-lost"),
    rule("catalog-trouble"),
    when("endpoint.added"),
    when("endpoint.removed"),
)
EDGES = replace(RULES, rules=tuple(one for one in RULES.rules if one.watches))

prices = st.sampled_from(["0", "1", "2"])
known = st.sampled_from([None, False, True])


@st.composite
def catalogs(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what is listed on every surface at one time."""
    listed = draw(st.sets(st.sampled_from(MODELS), min_size=1))
    models = [model(name, prompt=draw(prices), completion="0") for name in sorted(listed)]
    offers = [
        endpoint(name, tag, prompt=draw(prices), uptime=draw(st.sampled_from([None, 10.0, 99.0])))
        for name in sorted(listed)
        for tag in sorted(draw(st.sets(st.sampled_from(TAGS), min_size=1)))
    ]
    slugs = sorted(draw(st.sets(st.sampled_from(SLUGS), min_size=1)))
    return {
        "models": models,
        "endpoints": offers,
        "providers": [provider(slug) for slug in slugs],
        "policies": {slug: policy(training=draw(known), retains_prompts=draw(known)) for slug in slugs},
        "zdr": [key("a/one", "novita"), *([key("b/two", "novita")] if draw(st.booleans()) else [])],
    }


histories = st.lists(catalogs(), min_size=2, max_size=4)
few = settings(max_examples=25, deadline=None)


def told(history: list[dict[str, Any]], step: float = 10) -> Story:
    story = Story(RULES)
    for index, catalog in enumerate(history):
        story.poll(index * step, **catalog)
    return story


def essence(decision: Decision) -> tuple[object, ...]:
    """Return what a decision tells and drops, without the order in which it does."""
    return (
        sorted(alert.id for alert in decision.alerts),
        sorted((item.gate, item.rule or "", item.subject, item.field or "") for item in decision.suppressed),
        sorted((change.event, change.subject, change.field or "") for change in decision.changes),
    )


def shuffled(one: Seen, order: st.DataObject) -> Seen:
    """Return a poll with the rows of every surface in another order."""

    def turned(rows: Mapping[Any, Any]) -> dict[Any, Any]:
        return {name: rows[name] for name in order.draw(st.permutations(list(rows)))}

    def sheet(given_sheet: Sheet[Any, Any] | None) -> Any:
        return given_sheet and replace(given_sheet, rows=turned(given_sheet.rows))

    assert one.endpoints is not None
    rows = {}
    for name, offers in turned(one.endpoints.rows).items():
        pairs = order.draw(st.permutations(list(zip(offers.endpoints, offers.telemetry, strict=True))))
        rows[name] = Offers(
            endpoints=tuple(offer for offer, _ in pairs), telemetry=tuple(reading for _, reading in pairs)
        )
    return replace(
        one,
        models=sheet(one.models),
        providers=sheet(one.providers),
        policies=sheet(one.policies),
        zdr=sheet(one.zdr),
        endpoints=EndpointsSheet(rows=rows),
    )


@few
@given(catalogs())
def test_the_same_poll_twice_changes_nothing_and_tells_nothing(catalog: dict[str, Any]) -> None:
    story = Story(EDGES)
    story.poll(0, **catalog)

    second = story.poll(10, **catalog)

    assert (second.alerts, second.notifications, second.changes, second.suppressed, second.refused) == (
        (),
    ) * 5
    assert (second.state.models, second.state.endpoints) == (
        story.decisions[0].state.models,
        story.decisions[0].state.endpoints,
    )


@few
@given(histories, st.data())
def test_the_order_of_rows_never_matters(history: list[dict[str, Any]], order: st.DataObject) -> None:
    straight, turned = Story(RULES), Story(RULES)

    for index, catalog in enumerate(history):
        one = seen(index * 10, **catalog)
        first = straight.judge(one, one.at)
        second = turned.judge(shuffled(one, order), one.at)
        assert essence(first) == essence(second)


@few
@given(histories)
def test_decide_is_deterministic_and_leaves_its_arguments_alone(history: list[dict[str, Any]]) -> None:
    story = told(history[:-1])
    last = seen(len(history) * 10, **history[-1])
    before = copy.deepcopy((story.state, last, RULES))

    first = decide(story.state, last, RULES, last.at)
    second = decide(story.state, last, RULES, last.at)

    assert first == second
    assert (story.state, last, RULES) == before


@few
@given(st.lists(catalogs(), min_size=2, max_size=3))
def test_a_poll_of_all_surfaces_tells_the_edges_that_polls_of_each_surface_tell(
    history: list[dict[str, Any]],
) -> None:
    together, apart = Story(EDGES), Story(EDGES)

    for index, catalog in enumerate(history):
        together.poll(index * 20, **catalog)
        for surface in ("models", "providers", "policies", "endpoints", "zdr"):
            apart.poll(index * 20, **{surface: catalog[surface]})

    # What is held goes by its company: an old catalog beside a policy's return holds the policy too.
    assume(not together.refused and not apart.refused)
    assert sorted(alert.id for alert in together.alerts) == sorted(alert.id for alert in apart.alerts)


@few
@given(histories)
def test_no_alert_is_told_twice_and_no_message_lists_one_twice(history: list[dict[str, Any]]) -> None:
    story = told(history)

    edges = Counter(alert.id for alert in story.alerts if not alert.is_level)
    assert all(count == 1 for count in edges.values())
    for notification in story.notifications:
        assert len({alert.id for alert in notification.alerts}) == len(notification.alerts) > 0


@few
@given(histories)
def test_every_dropped_change_is_counted_once_a_poll(history: list[dict[str, Any]]) -> None:
    story = told(history)

    for decision in story.decisions:
        dropped = Counter((item.gate, item.rule, item.subject, item.field) for item in decision.suppressed)
        assert all(count == 1 for count in dropped.values())


@few
@given(histories)
def test_every_edge_alert_reaches_the_receiver_once(history: list[dict[str, Any]]) -> None:
    story = told(history)

    sent = [alert.id for item in story.notifications for alert in item.alerts if not alert.is_level]
    assert sorted(sent) == sorted(alert.id for alert in story.alerts if not alert.is_level)


@few
@given(histories)
def test_time_alone_tells_no_edge_and_changes_no_record(history: list[dict[str, Any]]) -> None:
    story = told(history)
    before = story.state

    decision = story.wait(len(history) * 10 + 5)

    assert [alert for alert in decision.alerts if not alert.is_level] == []
    assert (decision.state.models, decision.state.anchors) == (before.models, before.anchors)


@few
@given(histories, st.integers(min_value=0, max_value=90))
def test_what_is_due_next_lies_ahead_and_runs_out(history: list[dict[str, Any]], wait: int) -> None:
    slow = Receiver(name="slow", group_wait=minutes(wait), digest=Digest(at=time(9)))
    story = Story(replace(RULES, receivers=(slow, Receiver(name="us"))))
    for index, catalog in enumerate(history):
        story.poll(index * 10, **catalog)

    now = at(len(history) * 10)
    for _ in range(50):
        due = story.decisions[-1].next_due
        if due is None:
            break
        now = max(now, due)
        story.judge(None, now)
        assert (later := story.decisions[-1].next_due) is None or later > now

    assert story.decisions[-1].next_due is None


def test_nothing_comes_of_nothing() -> None:
    decision = decide(State(), None, RULES, seen(0).at)

    began = State(rules=decision.state.rules, introduced=decision.state.introduced)
    assert decision == Decision(state=began)
