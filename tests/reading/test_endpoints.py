from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading.rows import endpoint_row, offered
from watcher.catalog.names import EndpointKey, ModelId
from watcher.catalog.sheets import BadRow, Offers
from watcher.catalog.telemetry import UNREAD, Telemetry
from watcher.reading.reader import Reader

GLM = ModelId("z-ai/glm-5.2")


def offers(reader: Reader, *rows: object) -> Offers:
    return reader.endpoints({GLM: offered(*rows)}).rows[GLM]


def test_an_endpoint_is_read_in_our_words_and_its_telemetry_apart() -> None:
    read = offers(Reader(), endpoint_row(service_tier="flex", deprecation_date="2026-12-01"))

    (endpoint,), (telemetry,) = read.endpoints, read.telemetry
    assert endpoint.key == EndpointKey(GLM, "deepinfra/fp8", 0)
    assert (endpoint.provider_name, endpoint.quantization, endpoint.tier) == ("DeepInfra", "fp8", "flex")
    assert endpoint.tariff.meters == {"prompt": Decimal("0.0000007"), "completion": Decimal("0.0000014")}
    assert endpoint.expires == date(2026, 12, 1)
    assert telemetry == Telemetry(100.0, 99.40498564447893, None, 0, 594.5, None)


def test_new_readings_alone_give_the_very_same_endpoints() -> None:
    reader = Reader()

    first = offers(reader, endpoint_row(), endpoint_row("novita"))
    second = offers(reader, endpoint_row(uptime_last_5m=20.5, status=-5), endpoint_row("novita"))

    assert second.endpoints is first.endpoints
    assert second.telemetry[0].uptime_5m == 20.5


def test_a_new_unknown_field_gives_the_very_same_endpoints() -> None:
    reader = Reader()

    first = offers(reader, endpoint_row())
    second = offers(reader, endpoint_row(supports_telepathy=True))

    assert second.endpoints is first.endpoints


def test_of_a_changed_model_the_other_endpoints_stay_the_very_same() -> None:
    reader = Reader()

    first = offers(reader, endpoint_row(), endpoint_row("novita"))
    second = offers(reader, endpoint_row(quantization="fp4"), endpoint_row("novita"))

    assert second.endpoints[0].quantization == "fp4"
    assert second.endpoints[1] is first.endpoints[1]


def test_equal_tags_are_told_apart_by_their_order() -> None:
    read = offers(Reader(), endpoint_row("together"), endpoint_row("novita"), endpoint_row("together"))

    assert [endpoint.key[1:] for endpoint in read.endpoints] == [
        ("together", 0),
        ("novita", 0),
        ("together", 1),
    ]


def test_a_bad_row_is_set_aside_with_its_readings() -> None:
    reader = Reader()
    rows: list[Any] = [
        endpoint_row("bad", pricing={"prompt": "x"}),
        endpoint_row("good", status=-2),
        None,
        endpoint_row(""),
    ]

    first, again = offers(reader, *rows), offers(reader, *rows)

    assert [endpoint.key.tag for endpoint in first.endpoints] == ["good"]
    assert [reading.status for reading in first.telemetry] == [-2]
    assert first.bad[0] == BadRow(id="bad", reason="the price of prompt is 'x'")
    assert [bad.id for bad in first.bad] == ["bad", None, None]
    assert again.bad == first.bad
    assert len(again.telemetry) == 1


@pytest.mark.parametrize("value", [True, "100", -0.1, 100.01, float("nan"), [], -1, 101])
def test_an_uptime_that_is_no_percentage_is_unknown(value: object) -> None:
    row = endpoint_row(uptime_last_5m=value, uptime_last_30m=value, uptime_last_1d=value)

    assert offers(Reader(), row).telemetry[0][:3] == (None, None, None)


@pytest.mark.parametrize(
    "value", [True, "fast", -1, float("inf"), {"p50": "x"}, {"p50": -1}, {"p50": True}, {}]
)
def test_a_latency_that_is_no_number_is_unknown(value: object) -> None:
    row = endpoint_row(latency_last_30m=value, throughput_last_30m=value, status=True)

    assert offers(Reader(), row).telemetry[0][3:] == (None, None, None)


def test_a_row_without_readings_is_unread() -> None:
    assert offers(Reader(), {"tag": "novita"}).telemetry == (UNREAD,)


def test_a_model_without_endpoints_has_answered() -> None:
    sheet = Reader().endpoints({GLM: offered()})

    assert sheet.rows == {GLM: Offers(endpoints=(), telemetry=())}
    assert sheet.unanswered == {}


def test_errors_nulls_and_junk_leave_their_model_unanswered() -> None:
    bodies: dict[str, object] = {
        "a/null": None,
        "a/gone": {"error": {"code": 404, "message": "Not found"}},
        "a/junk": {"data": {"endpoints": None}},
        "a/html": "<html>",
        "a b": offered(),
    }

    sheet = Reader().endpoints(bodies, {ModelId("a/slow"): "timed out"})

    assert sheet.rows == {}
    assert sheet.unanswered == {
        "a/slow": "timed out",
        "a/null": "not answered",
        "a/gone": "error 404: Not found",
        "a/junk": "no data",
        "a/html": "no data",
        "'a b'": "unreadable model id",
    }


def test_a_sweep_that_was_not_answered_at_all_is_a_fault() -> None:
    assert Reader().endpoints(None).fault == "not answered"
    assert Reader().endpoints([]).fault == "no data"


def test_the_model_asked_is_trusted_not_the_one_that_answers() -> None:
    sheet = Reader().endpoints({"~z-ai/glm-latest": offered(endpoint_row())})

    assert list(sheet.rows) == ["~z-ai/glm-latest"]


def test_models_no_longer_asked_are_forgotten_in_time() -> None:
    reader = Reader()
    before = offers(reader, endpoint_row())
    reader.endpoints({f"a/{number}": offered() for number in range(1200)})
    reader.endpoints({"a/0": offered()})

    after = offers(reader, endpoint_row())

    assert after.endpoints == before.endpoints
    assert after.endpoints is not before.endpoints


@given(st.permutations(["a", "b/fp8", "c", "d/flex"]))
def test_the_order_of_rows_never_matters(order: list[str]) -> None:
    reader = Reader()
    first = offers(reader, *(endpoint_row(tag) for tag in sorted(order)))

    second = offers(reader, *(endpoint_row(tag) for tag in order))

    assert {id(endpoint) for endpoint in first.endpoints} == {id(endpoint) for endpoint in second.endpoints}


def test_rows_out_of_yaml_may_hold_what_json_cannot() -> None:
    read = offers(Reader(), endpoint_row(quantization={1, 2}))

    assert read.endpoints[0].quantization is None


def test_a_model_of_more_endpoints_than_any_has_is_unanswered() -> None:
    body: object = {"data": {"endpoints": [{}] * 1001}}

    sheet = Reader().endpoints({"a/b": body})

    assert dict(sheet.unanswered) == {"a/b": "lists 1,001 endpoints, more than 1,000"}
