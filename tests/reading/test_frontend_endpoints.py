"""The frontend's endpoints, of either generation, become the same values as documented ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.reading.rows import (
    UUID,
    endpoint_row,
    frontend_row,
    frontend_row_of_2025,
    listed,
    model_row,
    offered,
)
from watcher.catalog.listing import FrontendOffer
from watcher.catalog.names import EndpointKey, ModelId, Surface
from watcher.catalog.policy import UNKNOWN_POLICY, DataPolicy
from watcher.catalog.telemetry import Telemetry
from watcher.reading.frontend_keys import strangers
from watcher.reading.limits import MOST_KEYS
from watcher.reading.reader import Reader

GLM = ModelId("z-ai/glm-5.2")
ASKED = "z-ai/glm-5.2-20260616|standard"
IDS = {ASKED: GLM}


def read(*rows: object, asked: str = ASKED) -> tuple[FrontendOffer, ...]:
    sheet = Reader().frontend_endpoints({asked: listed(*rows)}, ids=IDS)
    return sheet.rows[GLM].offers


def test_a_row_is_an_endpoint_with_its_uuid_policy_and_readings() -> None:
    (offer,) = read(frontend_row())

    endpoint = offer.endpoint
    assert (offer.uuid, offer.region, offer.requests) == (UUID, "eu-west-1", 22)
    assert endpoint.key == EndpointKey(GLM, "novita/fp8", 0)
    assert endpoint.tariff.meters == {"prompt": Decimal("7E-7"), "completion": Decimal("1.4E-6")}
    assert (endpoint.disabled, endpoint.deranked, endpoint.hidden) == (False, True, False)
    assert (endpoint.quantization, endpoint.expires, endpoint.implicit_caching) == (
        "fp8",
        date(2026, 8, 10),
        True,
    )
    assert offer.policy == DataPolicy(training=False, retains_prompts=True, retention_days=30)
    assert offer.telemetry == Telemetry(status=-2, latency=594.5, throughput=10.5)


def test_a_row_is_the_same_endpoint_as_its_documented_twin() -> None:
    twin = endpoint_row("novita/fp8", provider_name="Novita", expiration_date="2026-08-10")
    ((documented,),) = (
        sheet.endpoints
        for sheet in Reader()
        .endpoints({GLM: offered(twin | {"supports_implicit_caching": True})})
        .rows.values()
    )
    flags: dict[str, Any] = {"is_disabled": None, "is_deranked": None, "is_hidden": None}

    (offer,) = read(frontend_row(**flags))

    assert offer.endpoint == documented


def test_a_row_of_may_2025_is_read_as_one_of_today() -> None:
    (offer,) = read(frontend_row_of_2025())
    (today,) = read(frontend_row("novita", deprecation_date=None))

    assert offer.endpoint.key == today.endpoint.key
    assert offer.endpoint.tariff.is_free is False
    assert offer.policy == DataPolicy(training=False, retains_prompts=True, retention_days=55)
    assert (offer.telemetry.latency, offer.telemetry.throughput) == (777, 56.446)


def test_a_nested_policy_has_a_part_for_free_models() -> None:
    paid, free = read(
        frontend_row_of_2025(id="1"), frontend_row_of_2025(id="2", is_free=True, provider_info={"slug": "x"})
    )

    assert (paid.policy.training, paid.policy.retention_days) == (False, 55)
    assert (free.policy.training, free.policy.retention_days) == (True, None)


def test_what_stands_beside_the_nested_parts_counts_before_them() -> None:
    nested = {"paidModels": {"training": True}, "training": False, "requiresUserIDs": True}

    (offer,) = read(frontend_row(data_policy=nested))

    assert offer.policy == DataPolicy(training=False, requires_user_ids=True)


@pytest.mark.parametrize("policy", [None, "private", [], {"training": "false", "retentionDays": "30"}])
def test_a_policy_that_is_none_is_unknown(policy: object) -> None:
    (offer,) = read(frontend_row(data_policy=policy))

    assert offer.policy == UNKNOWN_POLICY


def test_a_row_without_slugs_has_the_tag_of_its_providers_name() -> None:
    (offer,) = read(frontend_row_of_2025(provider_info=None, provider_name="Nebius AI Studio"))

    assert offer.endpoint.key.tag == "nebius-ai-studio"


def test_prices_are_read_from_pricing_json_where_nothing_else_has_them() -> None:
    (offer,) = read(frontend_row(pricing=None))

    assert offer.endpoint.tariff.meters == {"prompt": Decimal("7E-7"), "completion": Decimal("1.4E-6")}


def test_null_and_404_mean_no_endpoints_and_other_failures_are_unanswered() -> None:
    bodies = {
        "a|standard": None,
        "b|free": {"error": {"code": 404, "message": "Not found"}},
        "c|standard": {"error": {"code": 500, "message": "Oops"}},
        "d|standard": "<!doctype html>",
        "nobody|standard": None,
    }
    ids = {"a|standard": ModelId("a"), "b|free": ModelId("b:free"), "c|standard": ModelId("c")}

    sheet = Reader().frontend_endpoints(bodies, {"e|standard": "timed out"}, ids)

    assert {model: listed.offers for model, listed in sheet.rows.items()} == {"a": (), "b:free": ()}
    assert sheet.unanswered == {
        "c|standard": "error 500: Oops",
        "d|standard": "no data",
        "e|standard": "timed out",
    }


def test_what_an_alias_is_asked_for_is_its_targets_and_counts_once() -> None:
    bodies = {"~z-ai/glm-latest|standard": listed(frontend_row()), ASKED: listed(frontend_row())}

    sheet = Reader().frontend_endpoints(bodies)

    assert [offer.uuid for offer in sheet.rows[GLM].offers] == [UUID]


def test_equal_tags_are_told_apart_and_one_uuid_is_one_endpoint() -> None:
    offers = read(frontend_row(id="1"), frontend_row(id="2"), frontend_row(id="1"))

    assert [(offer.uuid, offer.endpoint.key.ordinal) for offer in offers] == [("1", 0), ("2", 1)]


def test_a_row_that_does_not_name_its_model_is_found_by_what_was_asked() -> None:
    reader = Reader()
    reader.models(listed(model_row("z-ai/glm-5.2:free", canonical_slug="z-ai/glm-5.2-20260616")))

    sheet = reader.frontend_endpoints(
        {"z-ai/glm-5.2-20260616|free": listed(frontend_row(model_variant_slug=None)), "x|free": listed({})}
    )

    assert list(sheet.rows) == ["z-ai/glm-5.2:free"]
    assert [bad.reason for bad in sheet.bad] == ["no model_variant_slug"]


def test_one_row_that_cannot_be_read_costs_only_itself() -> None:
    sheet = Reader().frontend_endpoints(
        {ASKED: listed(frontend_row(), frontend_row("x", id="2", pricing=[]))}
    )

    assert [offer.endpoint.key.tag for offer in sheet.rows[GLM].offers] == ["novita/fp8"]
    assert [(bad.id, bad.reason) for bad in sheet.rows[GLM].bad] == [("x", "pricing is no object")]


def test_keys_that_nobody_knows_are_counted() -> None:
    row = frontend_row(data_policy={"training": False, "sellsPrompts": True}, is_haunted=True)

    sheet = Reader().frontend_endpoints({ASKED: listed(row, frontend_row(id="2"))})

    assert sheet.strange == {"is_haunted": 1, "data_policy.sellsPrompts": 1}
    assert "sellsPrompts" in sheet.carries


def test_endpoints_that_were_not_answered_are_a_fault() -> None:
    sheet = Reader().frontend_endpoints(None)

    assert (sheet.surface, sheet.fault) == (Surface.FRONTEND_ENDPOINTS, "not answered")


def test_of_very_many_unknown_keys_the_commonest_are_counted() -> None:
    rows = [{f"odd_{number}": 1 for number in range(5000)}, {"common": 1}, {"common": 2}]

    counted = strangers(rows, frozenset())

    assert len(counted) == MOST_KEYS
    assert counted["common"] == 2
