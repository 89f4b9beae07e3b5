from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading.rows import listed, model_row
from watcher.catalog.names import ModelId
from watcher.catalog.sheets import BadRow
from watcher.reading.reader import Reader

TERRA = ModelId("openai/gpt-5.6-terra")


def test_a_model_is_read_in_our_words() -> None:
    row = model_row(expiration_date="2026-08-17")

    (model,) = Reader().models(listed(row)).rows.values()

    assert model.id == TERRA
    assert model.tariff.meters == {"prompt": Decimal("0.0000025"), "completion": Decimal("0.000015")}
    assert model.tariff.overrides[0].min_prompt_tokens == 272_000
    assert model.input_modalities == frozenset({"file", "image", "text"})
    assert (model.context_length, model.max_completion_tokens) == (1_050_000, 128_000)
    assert (model.hugging_face_id, model.moderated, model.reasoning) == (None, False, True)
    assert model.expires == date(2026, 8, 17)


def test_an_alias_names_its_target() -> None:
    row = model_row("~z-ai/glm-latest", alias_target={"slug": "z-ai/glm-5.3", "name": "Z.ai: GLM 5.3"})

    (model,) = Reader().models(listed(row)).rows.values()

    assert model.alias_target == "z-ai/glm-5.3"


@pytest.mark.parametrize(
    ("parameters", "settings", "meant"),
    [(["tools"], {}, True), (["reasoning"], None, True), (["tools"], None, False), ([], {}, None)],
)
def test_reasoning_is_told_by_its_settings_or_by_the_parameters(
    parameters: list[str], settings: object, meant: bool | None
) -> None:
    row = model_row(supported_parameters=parameters, reasoning=settings)

    assert Reader().models(listed(row)).rows[TERRA].reasoning is meant


def test_an_unchanged_row_is_the_very_same_model_and_the_very_same_rows() -> None:
    reader = Reader()

    first = reader.models(listed(model_row()))
    second = reader.models(listed(model_row(benchmarks={"elo": 7}, description="Reworded")))

    assert second.rows is first.rows


@pytest.mark.fault("a new field on every row")
def test_a_new_unknown_field_changes_no_model() -> None:
    reader = Reader()

    first = reader.models(listed(model_row()))
    second = reader.models(listed(model_row(supports_telepathy=True)))

    assert next(iter(second.rows.values())) is next(iter(first.rows.values()))


def test_a_changed_row_is_read_again() -> None:
    reader = Reader()
    reader.models(listed(model_row()))

    (model,) = reader.models(listed(model_row(pricing={"prompt": "1", "completion": "2"}))).rows.values()

    assert model.tariff.meters == {"prompt": Decimal(1), "completion": Decimal(2)}


def test_true_is_not_taken_for_a_remembered_one() -> None:
    reader = Reader()
    reader.models(listed(model_row(context_length=1)))

    (model,) = reader.models(listed(model_row(context_length=True, top_provider=None))).rows.values()

    assert model.context_length is None


def test_a_sheet_says_which_keys_upstream_still_has() -> None:
    sheet = Reader().models(listed(model_row(), {"id": "a/b", "new": 1}))

    assert {"new", "expiration_date"} <= sheet.carries


@pytest.mark.fault("a row without an id", "a negative price")
def test_a_row_that_cannot_be_read_is_set_aside_and_the_rest_lives() -> None:
    rows = [
        model_row("a/dear", pricing={"prompt": "-7"}),
        model_row(),
        "junk",
        model_row("a b"),
        {"name": "nobody"},
    ]

    sheet = Reader().models(listed(*rows))

    assert list(sheet.rows) == [TERRA]
    assert sheet.bad[0] == BadRow(id="a/dear", reason="a price of '-7'")
    assert [bad.id for bad in sheet.bad] == ["a/dear", None, None, None]


def test_an_id_that_stands_twice_is_reported_and_the_first_one_counts() -> None:
    sheet = Reader().models(listed(model_row(name="First"), model_row(name="Second")))

    assert sheet.duplicates == (TERRA,)
    assert [model.name for model in sheet.rows.values()] == ["First"]


def test_rows_out_of_yaml_may_hold_what_json_cannot() -> None:
    reader = Reader()
    row = model_row(pricing={"prompt": Decimal("0.1"), "completion": "1"}, created={1, 2})

    sheet = reader.models(listed(row, model_row("a/b")))

    assert list(sheet.rows) == ["a/b"]


@pytest.mark.parametrize(
    ("beside", "claimed"),
    [
        ({"total_count": 1, "links": {"next": None}}, 1),
        ({"total_count": 1}, 1),
        ({"total_count": 900, "links": {"next": "/api/v1/models?offset=500"}}, None),
        ({"total_count": "1"}, None),
        ({"total_count": True}, None),
        ({}, None),
    ],
)
def test_upstreams_count_is_taken_when_no_page_follows(
    beside: dict[str, object], claimed: int | None
) -> None:
    assert Reader().models(listed(model_row(), **beside)).claimed == claimed


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (None, "not answered"),
        ({"error": {"code": 503, "message": "Service unavailable"}}, "error 503: Service unavailable"),
        ({"error": "boom"}, "error: boom"),
        ({"error": {"code": [1]}}, "error: None"),
        ({}, "no data"),
        ([], "no data"),
        ("<html>", "no data"),
        ({"data": {}}, "no data"),
    ],
)
def test_a_body_without_a_list_is_a_fault(body: object, fault: str) -> None:
    sheet = Reader().models(body)

    assert (sheet.fault, dict(sheet.rows)) == (fault, {})


@pytest.mark.fault("1,000,000 models")
def test_a_list_of_absurdly_many_rows_is_a_fault() -> None:
    sheet = Reader().models({"data": [{}] * 20_001})

    assert (sheet.fault, sheet.bad) == ("lists 20,001 rows, more than 20,000", ())


def test_an_empty_list_is_no_fault_of_reading() -> None:
    assert Reader().models(listed()).fault is None


@given(st.permutations(["a/a", "a/b", "a/c:free", "~a/d-latest"]))
def test_the_order_of_rows_never_matters(order: list[str]) -> None:
    reader = Reader()
    first = reader.models(listed(*(model_row(id_) for id_ in sorted(order))))

    second = reader.models(listed(*(model_row(id_) for id_ in order)))

    assert second.rows is first.rows


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(JSON, st.sampled_from(sorted(model_row())), JSON)
def test_no_body_whatever_makes_the_reader_fail(body: object, field: str, value: Any) -> None:
    reader = Reader()

    reader.models(body)
    sheet = reader.models(listed(model_row() | {field: value}))

    assert len(sheet.rows) + len(sheet.bad) == 1
