"""Admission of the other lists: endpoints of all models, providers, zero retention."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    Story,
    at,
    endpoint,
    key,
    offers,
    private,
    provider,
    rule,
    rulebook,
    when,
)
from watcher.catalog.names import Surface
from watcher.catalog.sheets import BadRow, EndpointsSheet, Sheet


def test_a_model_that_answers_with_no_endpoint_lost_them() -> None:
    story = Story(rulebook(when("endpoint.removed")))
    story.poll(0, endpoints=[endpoint("a/one", "novita"), endpoint("a/two", "novita")])

    for moment in (15, 45):
        story.poll(moment, endpoints=offers(endpoint("a/two", "novita"), asked=["a/one"]))

    assert story.told == [("endpoint.removed", "a/one @ novita")]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (EndpointsSheet(rows={}, fault="no route"), "endpoints: no route"),
        (offers(unanswered={"a/one": "HTTP 500"}), "endpoints: no model answered, first: HTTP 500"),
        (offers(), "endpoints: an empty answer"),
        (
            offers(endpoint("a/one", "novita"), bad=[("a/one", f"b{n}") for n in range(6)]),
            "endpoints: 6 of 7 rows cannot be read, first: no price",
        ),
    ],
)
def test_an_unusable_sweep_of_endpoints_is_refused(answer: EndpointsSheet, reason: str) -> None:
    story = Story(rulebook(rule("uptime-drop")))
    story.poll(0, endpoints=[endpoint("a/one", "novita")])

    story.poll(15, endpoints=answer)

    assert [refusal.reason for refusal in story.refused] == [reason]


def test_endpoints_that_vanish_all_at_once_are_held() -> None:
    story = Story(rulebook(when("endpoint.removed")))
    listed = [endpoint("a/one", tag) for tag in ("novita", "groq", "xai", "azure")]
    story.poll(0, endpoints=listed)

    for moment in range(15, 75, 15):
        story.poll(moment, endpoints=offers(asked=["a/one"]))
    held = len(story.alerts)
    story.poll(75, endpoints=offers(asked=["a/one"]))

    assert (held, len(story.alerts), story.alerts[0].at) == (0, 4, at(15))


def test_providers_that_vanish_all_at_once_are_held() -> None:
    story = Story(rulebook(rule("provider-removed")))
    slugs = [f"p{number}" for number in range(10)]
    story.poll(0, providers=[provider(slug) for slug in slugs])

    story.poll(60, providers=[provider(slug) for slug in slugs[:5]])

    assert [refusal.held for refusal in story.refused] == [True]


def test_a_provider_whose_row_could_not_be_read_did_not_leave() -> None:
    story = Story(rulebook(rule("provider-removed")))
    story.poll(0, providers=[provider("novita"), provider("groq")])
    half = Sheet(
        surface=Surface.PROVIDERS,
        rows={"groq": provider("groq")},
        bad=(BadRow(id="novita", reason="no name"),),
    )

    for moment in (60, 120, 180):
        story.poll(moment, providers=half)

    assert story.alerts == []


def test_zero_retention_of_a_row_that_could_not_be_read_did_not_end() -> None:
    story = Story(rulebook(rule("data-policy-flip")))
    one, two = key("a/one", "novita"), key("a/two", "novita")
    story.poll(0, endpoints=[endpoint("a/one", "novita"), endpoint("a/two", "novita")], zdr=[one, two])
    half = Sheet(surface=Surface.ZDR, rows={one: None}, bad=(BadRow(id=str(two), reason="no tag"),))

    for moment in (60, 120, 180):
        story.poll(moment, zdr=half)

    assert story.alerts == []


def test_a_list_of_providers_from_elsewhere_is_a_beginning() -> None:
    story = Story(rulebook(rule("provider-added"), rule("provider-removed")))

    def listed(slugs: list[str], keys: set[str]) -> Sheet[Any, Any]:
        return Sheet(
            surface=Surface.PROVIDERS, rows={slug: provider(slug) for slug in slugs}, carries=frozenset(keys)
        )

    story.poll(0, providers=listed(["novita", "groq"], {"slug", "dataPolicy", "icon"}))
    story.poll(
        60, providers=listed(["novita", "groq", "xai"], {"slug", "headquarters", "terms_of_service_url"})
    )
    story.poll(120, providers=listed(["novita", "groq", "xai", "azure"], {"slug", "headquarters"}))

    assert story.told == [("provider.added", "azure")]


def test_what_was_told_as_gone_does_not_come_back_by_a_list_from_elsewhere() -> None:
    story = Story(rulebook(rule("provider-added"), rule("provider-removed")))
    here, elsewhere = (
        frozenset({"slug", "dataPolicy", "icon"}),
        frozenset({"slug", "headquarters", "datacenters"}),
    )
    both = {slug: provider(slug) for slug in ("novita", "groq")}
    one = {"novita": provider("novita")}

    for moment, rows, keys in ((0, both, here), (15, one, here), (30, one, here), (45, both, elsewhere)):
        story.poll(moment, providers=Sheet(surface=Surface.PROVIDERS, rows=rows, carries=keys))
    story.poll(60, providers=Sheet(surface=Surface.PROVIDERS, rows=both, carries=elsewhere))

    assert story.told == [("provider.removed", "groq")]


def test_contexts_that_moved_on_a_fifth_of_all_rows_are_held() -> None:
    names = [f"a{number}/one" for number in range(20)]
    story = Story(rulebook(rule("context-change")))
    story.poll(0, endpoints=[endpoint(name, "novita") for name in names])

    story.poll(15, endpoints=[endpoint(name, "novita", context_length=1) for name in names])
    story.poll(30, endpoints=[endpoint(name, "novita") for name in names])

    assert [refusal.reason for refusal in story.refused] == [
        "endpoints: held: contexts moved on 20 of 20 rows at once"
    ]
    assert story.told == []


@pytest.mark.parametrize("surface", [Surface.FRONTEND, Surface.PROVIDERS])
def test_policies_that_flipped_on_a_fifth_of_all_providers_are_held_and_then_told_as_one_change(
    surface: Surface,
) -> None:
    slugs = [f"provider-{number:02}" for number in range(20)]
    calm = {slug: private() for slug in slugs}
    greedy = {slug: private(training=True) for slug in slugs}
    story = Story(rulebook(rule("data-policy-flip")))

    for moment, rows in ((0, calm), (15, greedy), (30, calm), (45, greedy), (60, greedy), (105, greedy)):
        story.poll(
            moment,
            providers=[provider(slug) for slug in slugs],
            policies=Sheet(surface=surface, rows=rows),
        )

    assert {refusal.reason for refusal in story.refused} == {
        f"{surface}: held: training flipped at 20 of 20 providers at once"
    }
    assert [(len(message.alerts), message.at) for message in story.notifications] == [(20, at(105))]
