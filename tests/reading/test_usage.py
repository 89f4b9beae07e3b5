"""Apps, authors, versions and documents, of either generation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from watcher.catalog.names import ModelId
from watcher.catalog.usage import App, DayOfUse
from watcher.reading.reader import Reader

Wrap = Callable[[list[dict[str, object]]], object]
GLM = ModelId("z-ai/glm-5.2")
ASKED = "z-ai/glm-5.2-20260616|standard"
IDS = {ASKED: GLM}
APP = {
    "app_id": 170472,
    "total_tokens": "890260479",
    "app": {"id": 170472, "title": "FunTalk AI", "main_url": None, "origin_url": "https://www.funtalk.ai/"},
}
FUNTALK = App("170472", "FunTalk AI", "https://www.funtalk.ai/", 890260479)


@pytest.mark.parametrize(
    "body", [[APP], {"data": [APP]}, {"data": {"top_apps": [APP, APP, {}], "top_apps_chart": []}}]
)
def test_top_apps_are_read_bare_and_wrapped(body: object) -> None:
    assert Reader().top_apps({ASKED: body}, ids=IDS).rows == {GLM: (FUNTALK,)}


def test_apps_of_another_shape_are_unanswered() -> None:
    sheet = Reader().top_apps({ASKED: {"data": {"apps": []}}, "x|free": [APP]}, ids=IDS)

    assert (sheet.rows, sheet.unanswered) == ({}, {ASKED: "no data"})


def author_row(**changes: object) -> dict[str, object]:
    return {
        "slug": "liquid/lfm-7b",
        "permaslug": "liquid/lfm-7b",
        "name": "LFM 7B",
        "endpoint": None,
    } | changes


def test_an_author_has_models_with_their_days() -> None:
    use = {
        "date": "2025-05-21 00:00:00",
        "variant": "standard",
        "total_completion_tokens": 31,
        "total_prompt_tokens": 393,
        "count": 3,
    }
    data = {"author": {"name": "Liquid"}, "modelsWithStats": [author_row(stats=[use, {"date": None}])]}

    author = Reader().authors({"liquid": {"data": data}}).rows["liquid"]

    (model,) = author.models
    assert (author.name, model.id) == ("Liquid", "liquid/lfm-7b")
    assert model.days == (DayOfUse(date(2025, 5, 21), "standard", 3, 393, 31),)


def test_todays_author_lists_models_without_days() -> None:
    sheet = Reader().authors({"liquid": {"data": {"models": [author_row()]}}, "x": {"data": {}}})

    assert [model.days for model in sheet.rows["liquid"].models] == [()]
    assert sheet.unanswered == {"x": "no data"}


def day_of(date_: str, tokens: int, **more: object) -> dict[str, object]:
    return {"date": date_, "total_prompt_tokens": tokens, "total_completion_tokens": 1} | more


def test_a_model_that_has_a_row_for_each_variant_is_one_model_with_the_days_of_each() -> None:
    rows = [
        author_row(stats=[day_of("2026-09-02", 2), day_of("2026-09-01", 1), day_of("2026-09-02", 3)]),
        author_row(stats=[day_of("2026-09-02", 7)], endpoint={"variant": "free"}),
        author_row(stats=[day_of("2026-09-01", 9, variant="batch")], endpoint={"variant": "free"}),
    ]

    (model,) = Reader().authors({"liquid": {"data": {"models": rows}}}).rows["liquid"].models

    assert [(day.day.day, day.variant, day.tokens) for day in model.days] == [
        (1, "batch", 10),
        (1, "standard", 2),
        (2, "free", 8),
        (2, "standard", 4),
    ]


@pytest.mark.parametrize("wrapped", [lambda rows: {"analytics": rows}, list], ids=["wrapped", "bare"])
def test_the_days_of_a_models_own_page_are_those_of_the_variant_that_was_asked_for(wrapped: Wrap) -> None:
    rows = [day_of("2026-09-02 00:00:00", 2, variant="standard"), day_of("2026-09-01 00:00:00", 1), {}]
    free = ModelId("z-ai/glm-5.2:free")

    bodies = {"z|free": {"data": wrapped(rows)}, "y|free": {"data": {}}, "x|free": {"data": []}}

    sheet = Reader().activity(bodies, ids={"z|free": free})

    days = [(day.day.day, day.variant, day.tokens) for day in sheet.rows[free]]
    assert days == [(1, "free", 2), (2, "free", 3)]
    assert sheet.rows.keys() == {free}
    assert list(sheet.unanswered) == ["y|free"]


def test_a_row_without_a_slug_costs_only_itself_and_a_list_of_them_is_no_answer() -> None:
    nameless = {"name": "Nameless"}
    bodies = {
        "liquid": {"data": {"models": [nameless, "x", author_row()]}},
        "broken": {"data": {"models": [nameless]}},
        "nobody": {"data": {"models": []}},
    }

    sheet = Reader().authors(bodies)

    assert {slug: len(author.models) for slug, author in sheet.rows.items()} == {"liquid": 1, "nobody": 0}
    assert [(row.id, row.reason) for row in sheet.bad] == [("'broken'", "no slug in any row")]


def test_a_version_that_stands_twice_is_one_and_endless_lists_end() -> None:
    body = {"data": [f"v{number // 2}" for number in range(1000)]}

    (names,) = Reader().versions({ASKED: body}, ids=IDS).rows.values()

    assert (len(names), names[:2]) == (100, ("v0", "v1"))


@pytest.mark.parametrize("body", [{"models": [], "analytics": []}, {"data": {"models": []}}, {"data": []}])
def test_no_versions_is_what_upstream_publishes(body: object) -> None:
    assert Reader().versions({ASKED: body}, ids=IDS).rows == {GLM: ()}


def test_versions_are_read_as_far_as_they_bear_a_slug() -> None:
    body = {"data": {"models": [{"permaslug": "z-ai/glm-5.2-20260616"}, "z-ai/glm-5.2-20260701", {}]}}

    sheet = Reader().versions({ASKED: body, "x|free": body}, ids=IDS | {"y|free": GLM})

    assert sheet.rows == {GLM: ("z-ai/glm-5.2-20260616", "z-ai/glm-5.2-20260701")}


def test_a_page_is_no_list_of_versions() -> None:
    assert Reader().versions({ASKED: "<html>"}, ids=IDS).unanswered == {ASKED: "no data"}


def test_a_description_has_one_digest_in_whichever_order_its_keys_stand() -> None:
    first = {"openapi": "3.1.0", "info": {"version": "1.0.0"}, "paths": {}}

    one, other = (
        Reader().schema({"openapi": body}).rows["openapi"] for body in (first, dict(reversed(first.items())))
    )

    assert one == other
    assert (one.version, one.entries) == ("1.0.0", ())


def test_a_feed_is_its_entries_with_their_tags() -> None:
    feed = (
        "<?xml version='1.0'?><rss><channel><title>Changelog</title>"
        "<item><title><![CDATA[Uptime &amp; minutes]]></title><category>Breaking</category></item>"
        "<item><title>New &lt;models&gt;</title></item><item></item></channel></rss>"
    )

    document = Reader().schema({"changelog": feed}).rows["changelog"]

    assert document.entries == ("Uptime & minutes [Breaking]", "New <models>")


@pytest.mark.parametrize(
    ("asked", "body"), [("openapi", {"data": []}), ("openapi", "<html>"), ("changelog", "<html>"), ("x", {})]
)
def test_what_is_no_such_document_is_unanswered(asked: str, body: object) -> None:
    assert list(Reader().schema({asked: body}).unanswered) == [asked]
