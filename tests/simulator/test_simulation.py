from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from tests.simulator.clocks import NOON, Clock
from watcher.catalog.names import Surface
from watcher.reading.reader import Reader
from watcher.simulator.answers import Request
from watcher.simulator.days import demo_day, full_day
from watcher.simulator.faults import (
    EmptyList,
    Fault,
    HalfList,
    Hang,
    Html,
    OldGeneration,
    TooManyRequests,
    Truncated,
    Unavailable,
)
from watcher.simulator.memberships import FreeVariantAppears
from watcher.simulator.script import Script
from watcher.simulator.simulation import Simulation
from watcher.simulator.truth import Told, compare

HOUR = timedelta(hours=1)
SPAN: dict[str, timedelta] = {"at": timedelta(0), "until": HOUR}


def get(path: str, **query: str) -> Request:
    return Request(method="GET", path=path, query=query)


def simulation(*faults: Fault, clock: Clock | None = None) -> Simulation:
    return Simulation(seed=1, models=60, script=Script(faults=faults), clock=clock or Clock())


def body(simulated: Simulation, path: str, **query: str) -> Any:
    return orjson.loads(simulated.answer(get(path, **query)).body)


def ids(answered: Any) -> list[str]:
    return [row["id"] for row in answered["data"]]


def test_the_models_list_has_text_models_unless_all_are_asked_for() -> None:
    simulated = Simulation(seed=1, models=400, clock=Clock())

    text = body(simulated, "/api/v1/models")
    everything = body(simulated, "/api/v1/models", output_modalities="all")
    embeddings = body(simulated, "/api/v1/models", output_modalities="embeddings")

    assert text["total_count"] == len(text["data"]) < 400
    assert everything["total_count"] == 400
    assert text["total_count"] + embeddings["total_count"] == 400
    assert body(simulated, "/api/v1/models/count") == {"data": {"count": text["total_count"]}}


def test_pages_follow_one_another_by_their_links_and_make_the_whole_list() -> None:
    simulated = simulation()
    whole = body(simulated, "/api/v1/models", output_modalities="all")

    first = body(simulated, "/api/v1/models", offset="0", limit="25", output_modalities="all")
    second = body(simulated, "/api/v1/models", offset="25", limit="25", output_modalities="all")
    third = body(simulated, "/api/v1/models", offset="50", limit="25", output_modalities="all")

    assert first["links"]["next"] == "/api/v1/models?offset=25&limit=25&output_modalities=all"
    assert third["links"]["next"] is None
    assert ids(first) + ids(second) + ids(third) == ids(whole)
    assert {page["total_count"] for page in (first, second, third)} == {60}


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "1001"}, {"offset": "-1"}, {"offset": "x"}])
def test_a_page_that_cannot_be_is_refused(query: dict[str, str]) -> None:
    answer = simulation().answer(Request(method="GET", path="/api/v1/models", query=query))

    assert answer.status == 400


def test_an_unknown_model_is_an_envelope_and_an_unknown_path_a_page() -> None:
    unknown = simulation().answer(get("/api/v1/models/nobody/nothing/endpoints"))
    moved = simulation().answer(get("/api/frontend/all-providers"))

    assert (unknown.status, orjson.loads(unknown.body)["error"]["code"]) == (404, 404)
    assert (moved.status, moved.content_type) == (404, "text/html; charset=utf-8")


def test_only_getting_is_allowed() -> None:
    assert simulation().answer(Request(method="POST", path="/api/v1/models")).status == 405


def test_the_script_begins_with_the_first_request_unless_a_start_is_given() -> None:
    clock = Clock()
    appears = Script(events=(FreeVariantAppears(at=HOUR, model=first_paid()),))
    lazy = Simulation(models=60, script=appears, clock=clock)
    fixed = Simulation(models=60, script=appears, clock=clock, start=NOON)
    clock.forward(hours=2)

    counts = [body(one, "/api/v1/models", output_modalities="all")["total_count"] for one in (lazy, fixed)]

    assert counts == [60, 61]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (TooManyRequests(surface=Surface.MODELS, retry_after=7, **SPAN), 429),
        (Unavailable(surface=Surface.MODELS, **SPAN), 503),
        (Html(surface=Surface.MODELS, **SPAN), 200),
    ],
)
def test_a_fault_holds_for_its_span_and_its_surface_only(fault: Fault, status: int) -> None:
    clock = Clock()
    faulty = simulation(fault, clock=clock)

    during, elsewhere = faulty.answer(get("/api/v1/models")), faulty.answer(get("/api/v1/providers"))
    clock.forward(hours=1)
    after = faulty.answer(get("/api/v1/models"))

    assert (during.status, elsewhere.status, after.status) == (status, 200, 200)
    assert during.body != after.body
    assert (("Retry-After", "7") in during.headers) == (status == 429)


def test_half_a_list_still_counts_the_whole_and_an_empty_one_counts_nothing() -> None:
    half = body(simulation(HalfList(surface=Surface.MODELS, **SPAN)), "/api/v1/models")
    empty = body(simulation(EmptyList(surface=Surface.MODELS, **SPAN)), "/api/v1/models")

    assert len(half["data"]) == half["total_count"] // 2
    assert (empty["data"], empty["total_count"]) == ([], 0)


def test_half_of_the_endpoints_of_a_model_can_be_missing() -> None:
    whole = simulation()
    model = max(whole.world.at(NOON).catalog.listings.values(), key=lambda listing: len(listing.offers))

    half = body(
        simulation(HalfList(surface=Surface.ENDPOINTS, **SPAN)), f"/api/v1/models/{model.id}/endpoints"
    )

    assert len(half["data"]["endpoints"]) == len(model.offers) // 2


def test_an_old_generation_shows_what_was_before() -> None:
    clock = Clock()
    script = Script(
        events=(FreeVariantAppears(at=HOUR, model=first_paid()),),
        faults=(OldGeneration(at=2 * HOUR, until=3 * HOUR, surface=Surface.MODELS, age=90 * HOUR / 60),),
    )
    simulated = Simulation(models=60, script=script, clock=clock, start=NOON)

    counts = []
    for _ in range(4):
        counts.append(body(simulated, "/api/v1/models/count")["data"]["count"])
        clock.forward(hours=1)

    assert [count - counts[0] for count in counts] == [0, 1, 0, 1]


def test_hanging_and_cutting_are_left_to_the_server() -> None:
    hanging = simulation(Hang(surface=Surface.ZDR, **SPAN)).answer(get("/api/v1/endpoints/zdr"))
    cut = simulation(Truncated(surface=Surface.ZDR, **SPAN)).answer(get("/api/v1/endpoints/zdr"))

    assert hanging.hang
    assert cut.cut
    assert len(cut.body) > 1000


def test_a_poll_line_holds_every_surface_as_an_archive_does() -> None:
    line = simulation().poll_line(NOON)

    assert list(line) == ["generated", "models", "providers", "endpoints", "zdr", "frontend_providers"]
    assert line["generated"] == "2026-11-02T12:00:00Z"
    assert line["endpoints"].keys() == {row["id"] for row in line["models"]["data"]}
    assert orjson.loads(orjson.dumps(line)) == line


def test_a_poll_line_is_null_where_nothing_was_answered() -> None:
    faults = (
        Unavailable(surface=Surface.MODELS, **SPAN),
        Truncated(surface=Surface.PROVIDERS, **SPAN),
        Html(surface=Surface.ENDPOINTS, **SPAN),
        EmptyList(surface=Surface.ZDR, **SPAN),
    )

    line = simulation(*faults).poll_line(NOON)

    assert line["models"] is None
    assert line["providers"] is None
    assert set(line["endpoints"].values()) == {None}
    assert line["zdr"] == {"data": []}
    assert line["frontend_providers"]["data"]


def test_a_day_is_a_sequence_of_poll_lines() -> None:
    lines = list(simulation().poll_lines(every=6 * HOUR, lasting=24 * HOUR))

    assert [line["generated"][11:13] for line in lines] == ["12", "18", "00", "06", "12"]


def test_every_body_can_be_read_to_the_last_row() -> None:
    line = Simulation(seed=4, models=300, clock=Clock()).poll_line(NOON)
    reader = Reader()

    models = reader.models(line["models"])
    endpoints = reader.endpoints(line["endpoints"])
    providers = reader.providers(line["providers"])
    policies = reader.policies(line["frontend_providers"], Surface.FRONTEND)
    zdr = reader.zdr(line["zdr"])

    assert not any(
        sheet.bad or sheet.fault or sheet.duplicates for sheet in (models, providers, policies, zdr)
    )
    assert (len(models.rows), models.claimed, len(endpoints.rows)) == (300, 300, 300)
    assert not endpoints.unanswered
    assert policies.rows.keys() == providers.rows.keys()


def test_the_demos_day_holds_all_four_kinds_of_alert_within_sixteen_seconds() -> None:
    for seed in range(1, 30):
        simulated = Simulation(seed=seed, models=60, script=demo_day, clock=Clock())
        told = {
            truth.preset: truth.at / simulated.script.speed
            for truth in simulated.truths
            if truth.preset != "model-added"
        }
        assert told.keys() == {"new-free-variant", "price-change", "data-policy-flip", "uptime-drop"}
        assert max(told.values()) < timedelta(seconds=16)


def test_the_demos_price_rise_is_mirrored_by_an_alias() -> None:
    simulated = Simulation(seed=1, models=60, script=demo_day, clock=Clock())
    dear = next(truth.subject for truth in simulated.truths if truth.preset == "price-change")

    aliased = {row.alias_target for row in simulated.world.at(NOON).catalog.listings.values()}

    assert dear in aliased


def test_a_full_day_has_truths_of_every_kind_and_can_be_written_for_a_backtest() -> None:
    simulated = Simulation(seed=2, models=60, script=full_day, clock=Clock())

    presets = {truth.preset for truth in simulated.truths}
    lines = list(simulated.poll_lines(every=HOUR, lasting=24 * HOUR))

    assert presets >= {
        "new-free-variant",
        "price-change",
        "data-policy-flip",
        "uptime-drop",
        "model-removed",
        "quantization-downgrade",
    }
    assert len(lines) == 25


def test_what_was_told_is_compared_with_the_truth_preset_by_preset() -> None:
    simulated = Simulation(seed=1, models=60, script=demo_day, clock=Clock())
    true = [truth.told for truth in simulated.truths if truth.preset == "uptime-drop"]
    wrong = Told("uptime-drop", "somebody/else")

    score = compare(simulated.truths, [*true, wrong], ["uptime-drop", "price-change"])

    assert score.right == frozenset(true)
    assert score.wrong == frozenset({wrong})
    assert {one.preset for one in score.missed} == {"price-change"}


def first_paid() -> str:
    listings = Simulation(models=60, clock=Clock()).world.at(NOON).catalog.listings
    return next(
        id_
        for id_, row in listings.items()
        if row.offers and f"{id_}:free" not in listings and ":" not in id_
    )
