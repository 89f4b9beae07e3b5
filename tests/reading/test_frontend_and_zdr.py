from __future__ import annotations

from typing import Any

from tests.reading.rows import endpoint_row, listed, model_row
from watcher.catalog.names import EndpointKey, ModelId
from watcher.catalog.policy import UNKNOWN_POLICY, DataPolicy
from watcher.reading.reader import Reader

GLM = ModelId("z-ai/glm-5.2")
KEEPS = DataPolicy(retains_prompts=True)


def stats_row(tag: str = "novita/fp8", **changes: Any) -> dict[str, Any]:
    row = {"model_variant_slug": GLM, "provider_slug": tag, "data_policy": {"retainsPrompts": True}}
    return row | changes


def test_an_endpoints_policy_is_found_under_its_documented_key() -> None:
    bodies = {
        "z-ai/glm-5.2-20260701|standard": listed(stats_row(), stats_row(), stats_row("x", data_policy=None))
    }

    sheet = Reader().endpoint_policies(bodies)

    assert sheet.rows == {
        EndpointKey(GLM, "novita/fp8", 0): KEEPS,
        EndpointKey(GLM, "novita/fp8", 1): KEEPS,
        EndpointKey(GLM, "x", 0): UNKNOWN_POLICY,
    }


def test_null_means_that_there_are_no_endpoints_and_other_failures_are_reported() -> None:
    bodies = {
        "a|standard": None,
        "b|free": {"error": {"code": 500, "message": "Oops"}},
        "c|standard": listed({}),
    }

    sheet = Reader().endpoint_policies(bodies)

    assert (sheet.rows, sheet.fault) == ({}, None)
    assert [(bad.id, bad.reason) for bad in sheet.bad] == [
        ("b|free", "error 500: Oops"),
        ("c|standard", "no model_variant_slug"),
    ]


def test_a_row_that_does_not_name_its_model_is_found_by_the_slug_that_was_asked() -> None:
    reader = Reader()
    models = reader.models(listed(model_row("z-ai/glm-5.2:free", canonical_slug="z-ai/glm-5.2-20260701")))

    sheet = reader.endpoint_policies(
        {"z-ai/glm-5.2-20260701|free": listed(stats_row(model_variant_slug=None))}, models
    )

    assert list(sheet.rows) == [EndpointKey(ModelId("z-ai/glm-5.2:free"), "novita/fp8", 0)]


def test_endpoint_policies_that_were_not_answered_are_a_fault() -> None:
    assert Reader().endpoint_policies(None).fault == "not answered"


def test_zero_retention_is_being_listed() -> None:
    rows = [endpoint_row(), endpoint_row(), endpoint_row("novita"), endpoint_row(model_id=None)]

    sheet = Reader().zdr(listed(*rows))

    assert list(sheet.rows) == [
        EndpointKey(GLM, "deepinfra/fp8", 0),
        EndpointKey(GLM, "deepinfra/fp8", 1),
        EndpointKey(GLM, "novita", 0),
    ]
    assert sheet.bad[0].reason == "no model_id"


def test_zero_retention_that_was_not_answered_is_a_fault() -> None:
    assert Reader().zdr({"error": {"code": 500, "message": "Oops"}}).fault == "error 500: Oops"
