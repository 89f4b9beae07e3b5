"""What is counted: strange keys, disagreement; and what is announced of the API itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import Story, at, backstage, endpoint, frontend_offer, minutes, rule, rulebook, seen
from watcher.catalog.names import Surface
from watcher.catalog.sheets import AskedSheet, Sheet
from watcher.catalog.usage import Author, Document

GLM = "z-ai/glm-5.2"
TROUBLE = rule("catalog-trouble", after=3)


def story() -> Story:
    return Story(rulebook(TROUBLE, every=minutes(60)))


def test_keys_that_nobody_knows_are_counted_by_surface() -> None:
    told = story()
    listed = backstage([frontend_offer(endpoint(GLM, "novita"))])
    assert listed is not None

    told.poll(0, endpoint_policies=replace(listed, strange={"is_haunted": 1}))
    assert told.state.surfaces[Surface.FRONTEND_ENDPOINTS].strange == {"is_haunted": 1}

    told.poll(60, endpoint_policies=listed)
    assert told.state.surfaces[Surface.FRONTEND_ENDPOINTS].strange == {}
    assert told.alerts == []


def test_endpoints_of_which_the_two_sources_differ_are_counted() -> None:
    told = story()
    documented = [endpoint(GLM, tag, prompt="1") for tag in ("novita", "groq", "openai")]
    listed = [
        frontend_offer(endpoint(GLM, "novita", prompt="1")),
        frontend_offer(endpoint(GLM, "groq", prompt="2")),
        frontend_offer(endpoint(GLM, "openai", prompt="1", quantization="fp8")),
    ]

    told.poll(0, endpoints=documented, endpoint_policies=listed)

    assert told.state.surfaces[Surface.FRONTEND_ENDPOINTS].disagreements == 2


def changelog(*entries: str) -> AskedSheet[str, Document]:
    document = Document(digest=str(entries), entries=entries)
    return AskedSheet(surface=Surface.SCHEMA, rows={"changelog": document})


def test_what_the_changelog_says_will_break_is_told_once() -> None:
    told = story()
    old, new = "Uptime [Breaking]", "Pages [Breaking, API]"

    for minute, sheet in enumerate(
        [
            changelog(old),
            changelog("Voices [New]", old),
            changelog(new, "Voices [New]", old),
            changelog(new, old),
        ]
    ):
        told.judge(replace(seen(minute * 60), schema=sheet), at(minute * 60))

    assert [(alert.event, alert.subject, alert.context["reason"]) for alert in told.alerts] == [
        ("catalog.schema_changed", "schema", f"announced in the API's changelog: {new}")
    ]


@pytest.mark.parametrize(
    ("name", "surface", "row"),
    [
        ("uptime_recent", Surface.UPTIME_RECENT, ()),
        ("uptime_hourly", Surface.UPTIME_HOURLY, ()),
        ("activity", Surface.ACTIVITY, ()),
        ("authors", Surface.AUTHORS, Author(slug="a", name="A", models=())),
        ("versions", Surface.VERSIONS, ()),
        ("schema", Surface.SCHEMA, Document(digest="x")),
    ],
)
def test_every_page_that_answered_is_known_to_have(name: str, surface: Surface, row: object) -> None:
    told = story()
    answered: Any = AskedSheet(surface=surface, rows={"a": row})
    failed: Any = AskedSheet(surface=surface, fault="HTTP 404")

    told.judge(replace(seen(0), **{name: answered}), at(0))
    told.judge(replace(seen(60), **{name: failed}), at(60))

    health = told.state.surfaces[surface]
    assert (health.believed_at, health.attempted_at, health.failures) == (at(0), at(60), 1)


def test_strange_keys_of_policies_are_counted_too() -> None:
    told = story()
    sheet: Any = Sheet(surface=Surface.FRONTEND, rows={}, fault=None, strange={"x": 1})

    told.poll(0, policies=sheet)

    assert Surface.FRONTEND in told.state.surfaces
    assert told.state.surfaces[Surface.FRONTEND].strange == {}
