"""Listed prices and uptimes: upstream's own past, in our units."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from watcher.catalog.names import ModelId
from watcher.catalog.past import PricePoint, UptimePoint
from watcher.reading.reader import Reader

GLM = ModelId("z-ai/glm-5.2")
ASKED = "z-ai/glm-5.2-20260616|standard"
IDS = {ASKED: GLM}


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2026, 7, number, hour, tzinfo=UTC)


def series(**changes: object) -> dict[str, object]:
    return {
        "endpointId": "uuid-1",
        "providerName": "Novita",
        "providerSlug": "novita",
        "input": [
            {"at": "2026-07-02T00:00:00Z", "value": 0.27},
            {"at": "2026-07-01T00:00:00.000Z", "value": 3e-1},
        ],
        "output": [{"at": "2026-07-01T00:00:00Z", "value": 1}, {"at": "2026-07-09T00:00:00Z", "value": None}],
        "cacheRead": [],
        "discount": [{"at": "2026-07-01T00:00:00Z", "value": 0.1}],
    } | changes


def test_listed_prices_are_per_token_and_oldest_first() -> None:
    sheet = Reader().listed_prices({ASKED: {"data": {"series": [series()]}}}, ids=IDS)

    (one,) = sheet.rows[GLM]
    assert (one.uuid, one.provider, one.provider_name, one.scheduled) == ("uuid-1", "novita", "Novita", False)
    assert one.meters == {
        "prompt": (PricePoint(day(1), Decimal("3E-7")), PricePoint(day(2), Decimal("2.7E-7"))),
        "completion": (PricePoint(day(1), Decimal("1E-6")), PricePoint(day(9), None)),
    }


def test_a_price_that_follows_the_clock_says_so() -> None:
    body = {"data": {"series": [series(schedule={"windows": [{"utcStart": 100, "utcEnd": 400}]})]}}

    (one,) = Reader().listed_prices({ASKED: body}, ids=IDS).rows[GLM]

    assert one.scheduled


@pytest.mark.parametrize("point", [{"value": 1}, {"at": "2026-07-01T00:00:00Z", "value": "x"}, 7])
def test_a_series_that_cannot_be_read_is_reported(point: object) -> None:
    sheet = Reader().listed_prices({ASKED: {"data": {"series": [series(input=[point])]}}}, ids=IDS)

    assert (sheet.rows, len(sheet.bad)) == ({}, 1)


def test_prices_that_nobody_asked_for_by_a_known_model_are_left_out() -> None:
    sheet = Reader().listed_prices(
        {"x|standard": {"data": {"series": []}}, ASKED: {"error": "gone"}}, ids=IDS
    )

    assert (sheet.rows, sheet.unanswered) == ({}, {ASKED: "error: gone"})


def test_recent_uptimes_are_by_endpoint_and_day() -> None:
    rows = [{"date": "2026-07-02 00:00:00", "uptime": 99.5}, {"date": "2026-07-01 00:00:00", "uptime": None}]

    sheet = Reader().uptime_recent({"z-ai/glm-5.2-20260616": {"data": {"uuid-1": rows}}})

    assert sheet.rows == {"uuid-1": (UptimePoint(day(1), None), UptimePoint(day(2), 99.5))}


def test_hourly_uptimes_are_those_of_the_endpoint_that_was_asked_for() -> None:
    history = [{"date": "2026-07-01 23:00:00", "uptime": 100}, {"date": "soon", "uptime": 1}]

    sheet = Reader().uptime_hourly(
        {"uuid-1": {"data": {"history": history}}, "uuid-2": {"data": {}}, "uuid-3": None}
    )

    assert sheet.rows == {"uuid-1": (UptimePoint(day(1, 23), 100.0),)}
    assert sheet.unanswered == {"uuid-2": "no data", "uuid-3": "not answered"}


@pytest.mark.parametrize("uptime", [-0.1, 100.01, 1e300, float("nan"), float("inf"), "99", True, [99], None])
def test_what_is_no_percentage_is_an_unknown_uptime(uptime: object) -> None:
    rows = [{"date": "2026-07-01 00:00:00", "uptime": uptime}]

    sheet = Reader().uptime_recent({"z-ai/glm-5.2-20260616": {"data": {"uuid-1": rows}}})

    assert sheet.rows == {"uuid-1": (UptimePoint(day(1), None),)}


def test_days_that_are_unsorted_or_listed_twice_are_one_each_and_unknown_where_they_disagree() -> None:
    told = [(2, 99), (1, 50), (3, 98), (2, 99.0), (1, 60), (3, None)]
    rows = [{"date": f"2026-07-0{number} 00:00:00", "uptime": uptime} for number, uptime in told]

    sheet = Reader().uptime_recent({"z-ai/glm-5.2-20260616": {"data": {"uuid-1": rows}}})

    assert sheet.rows == {
        "uuid-1": (UptimePoint(day(1), None), UptimePoint(day(2), 99.0), UptimePoint(day(3), 98.0))
    }


@pytest.mark.parametrize("body", [None, "<html>", {"data": [1]}])
def test_uptimes_of_another_shape_are_unanswered(body: object) -> None:
    sheet = Reader().uptime_recent({"z-ai/glm-5.2-20260616": body})

    assert sheet.rows == {}
    assert list(sheet.unanswered) == ["z-ai/glm-5.2-20260616"]
