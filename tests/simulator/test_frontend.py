from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.simulator.clocks import NOON, Clock
from watcher.catalog.names import Surface
from watcher.openrouter.places import DOCUMENTS, PLACES, filled
from watcher.simulator.answers import HTML, requested
from watcher.simulator.founding import found
from watcher.simulator.frontend import asked_as
from watcher.simulator.generations import Generation, Move
from watcher.simulator.script import Script
from watcher.simulator.simulation import Simulation
from watcher.simulator.world import Scene

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SCENE = Scene(catalog=found(1, 60), minute=int(NOON.timestamp()) // 60)
SERVED = next(row for row in SCENE.catalog.listings.values() if row.offers and ":" not in row.id)
THEN, NOW = Generation.Y2025, Generation.Y2026
UNSEEN = {"endpoint", "model", "tiers", "statsByTier", "status_heuristics", "display_pricing"}


def simulation(*moves: Move, generation: Generation = NOW, clock: Clock | None = None) -> Simulation:
    script = Script(moves=moves)
    return Simulation(
        seed=1, models=60, script=script, clock=clock or Clock(), start=NOON, generation=generation
    )


def kind(site: Simulation, place: str, key: str = "") -> str:
    answer = site.answer(requested("GET", filled(place, key)))
    return "page" if answer.content_type == HTML else str(answer.status)


def recorded(recordings: Path, name: str) -> Any:
    return orjson.loads(gzip.decompress((recordings / name).read_bytes()))


def rows(body: Any) -> Any:
    return body["data"]


def body(surface: Surface, key: str = "", generation: Generation = NOW) -> Any:
    return orjson.loads(orjson.dumps(SCENE.of_frontend(surface, key, generation)))


@pytest.mark.parametrize("surface", PLACES)
def test_every_surface_stands_at_an_address_that_the_client_knows(surface: Surface) -> None:
    keys = (
        SCENE.frontend.keys(surface) if surface not in {Surface.FRONTEND, Surface.FRONTEND_CATALOG} else [""]
    )

    for generation in Generation:
        site = simulation(generation=generation)
        answered = [place for place in PLACES[surface] if kind(site, place, keys[0]) == "200"]
        assert answered, generation


def test_the_documents_about_the_api_stand_where_the_client_looks() -> None:
    assert [kind(simulation(), path) for path in DOCUMENTS.values()] == ["200", "200"]


def test_the_address_of_the_other_generation_is_a_page_of_the_web_site() -> None:
    today, older = PLACES[Surface.FRONTEND]

    assert [kind(simulation(), place) for place in (today, older)] == ["200", "page"]
    assert [kind(simulation(generation=THEN), place) for place in (today, older)] == ["page", "200"]


def test_a_path_dies_and_its_successor_begins_and_nothing_else_moves() -> None:
    clock = Clock()
    site = simulation(Move(at=HOUR, surface=Surface.FRONTEND), clock=clock)
    today, older = PLACES[Surface.FRONTEND]

    before = [kind(site, place) for place in (today, older, PLACES[Surface.FRONTEND_CATALOG][0])]
    clock.forward(hours=1)
    after = [kind(site, place) for place in (today, older, PLACES[Surface.FRONTEND_CATALOG][0])]

    assert before == ["page", "200", "200"]
    assert after == ["200", "page", "200"]


def test_a_model_without_endpoints_is_unknown_to_the_frontend_in_its_envelope() -> None:
    place = PLACES[Surface.FRONTEND_ENDPOINTS][0]
    alias = next(row for row in SCENE.catalog.listings.values() if row.alias_target)

    assert kind(simulation(), place, asked_as(SERVED)) == "200"
    assert kind(simulation(), place, asked_as(alias)) == "404"


def test_todays_rows_have_the_fields_of_recorded_ones(recordings: Path) -> None:
    poll = recorded(recordings, "frontend-2026/2026-07-28.json.gz")
    models = rows(poll["frontend_catalog"])
    offers = [row for answer in poll["frontend_endpoints"].values() if answer for row in rows(answer)]

    for made, real in (
        (rows(body(Surface.FRONTEND_CATALOG)), models),
        (rows(body(Surface.FRONTEND_ENDPOINTS, asked_as(SERVED))), offers),
    ):
        assert {name for row in made for name in row} <= {name for row in real for name in row}
    row = rows(body(Surface.FRONTEND_ENDPOINTS, asked_as(SERVED)))[0]
    assert {*row["data_policy"]} <= {name for real in offers for name in real["data_policy"]}
    assert {*row["stats"]} == {*next(real["stats"] for real in offers if real.get("stats"))}


def test_the_rows_of_2025_have_the_fields_of_recorded_ones(recordings: Path) -> None:
    folder = "frontend-2025/"
    pairs = {
        Surface.FRONTEND: recorded(recordings, f"{folder}all-providers.2025-05-19.json.gz"),
        Surface.FRONTEND_CATALOG: recorded(recordings, f"{folder}models.2025-05-24.json.gz"),
        Surface.FRONTEND_ENDPOINTS: recorded(recordings, f"{folder}stats-endpoint.lfm-7b.2025-05-24.json.gz"),
    }

    for surface, real in pairs.items():
        key = "" if surface in {Surface.FRONTEND, Surface.FRONTEND_CATALOG} else asked_as(SERVED)
        made = rows(body(surface, key, THEN))
        assert {name for row in made for name in row} <= {name for row in rows(real) for name in row}, surface
    policies = [row["dataPolicy"] for row in rows(body(Surface.FRONTEND, "", THEN))]
    assert all("training" in policy["paidModels"] and "training" not in policy for policy in policies)


def test_a_surface_keyed_by_endpoint_or_author_has_the_shape_of_a_recorded_one(recordings: Path) -> None:
    folder = "frontend-2025/"
    uuid = SCENE.frontend.keys(Surface.UPTIME_HOURLY)[0]
    hourly = recorded(recordings, f"{folder}stats-uptime-hourly.lfm-7b.2025-05-24.json.gz")
    recent = recorded(recordings, f"{folder}stats-uptime-recent.lfm-7b.2025-05-24.json.gz")
    author = recorded(recordings, f"{folder}model-author.liquid.2025-05-24.json.gz")
    apps = recorded(recordings, f"{folder}stats-app.lfm-7b.2025-05-24.json.gz")

    made_hourly = body(Surface.UPTIME_HOURLY, uuid)["data"]["history"]
    made_recent = body(Surface.UPTIME_RECENT, SERVED.canonical_slug)["data"]
    made_author = body(Surface.AUTHORS, SERVED.id.partition("/")[0], THEN)["data"]
    made_apps = body(Surface.TOP_APPS, asked_as(SERVED), THEN)

    assert len(made_hourly) == len(hourly["data"]["history"])
    assert {*made_hourly[0]} == {*hourly["data"]["history"][0]}
    assert made_hourly[0]["date"] > made_hourly[1]["date"]
    assert {len(days) for days in made_recent.values()} == {len(days) for days in recent["data"].values()}
    assert {*made_author} == {*author["data"]}
    real_stats = author["data"]["modelsWithStats"][0]["stats"][0]
    assert {*made_author["modelsWithStats"][0]["stats"][0]} == {*real_stats}
    assert {*made_apps[0]} == {*apps[0]}


def test_the_catalog_keeps_models_that_are_no_more_and_lists_no_endpoint_for_them() -> None:
    made = rows(body(Surface.FRONTEND_CATALOG))

    served = {row["slug"] for row in made if row["endpoint"]}
    assert SERVED.id in served
    assert sum(row["endpoint"] is None for row in made) > 10


def test_listed_prices_go_back_to_long_before_the_script_and_end_at_todays() -> None:
    answer = body(Surface.LISTED_PRICES, asked_as(SERVED))["data"]["series"][0]

    instants = [datetime.fromisoformat(point["at"]) for point in answer["input"]]
    assert instants == sorted(instants)
    assert len(instants) == 3
    assert instants[-1] < datetime(2026, 9, 21, tzinfo=UTC)
    today = float(SERVED.offers[0].prices["prompt"]) * 1_000_000
    assert answer["input"][-1]["value"] == pytest.approx(today)
    assert answer["endpointId"] == rows(body(Surface.FRONTEND_ENDPOINTS, asked_as(SERVED)))[0]["id"]


def test_a_line_of_an_archive_can_hold_all_of_the_frontend() -> None:
    line = simulation().poll_line(NOON, behind_the_pages=True)

    assert line["frontend_endpoints"][asked_as(SERVED)]["data"]
    assert line["schema"].keys() == {"openapi", "changelog"}
    assert line["top_apps"].keys() == line["listed_prices"].keys() == line["frontend_endpoints"].keys()
    assert SERVED.canonical_slug in line["uptime_recent"]
