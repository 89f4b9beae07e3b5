from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard

from watcher.simulator.founding import found
from watcher.simulator.world import Scene

SINCE_AUGUST = {"service_tier", "supports_tool_choice", "native_tools", "supports_diarization"}


def minute(hour: int, of: int = 0) -> int:
    return int(datetime(2026, 11, 2, hour, of, tzinfo=UTC).timestamp()) // 60


SCENE = Scene(catalog=found(1, 400), minute=minute(12))


def rows_of(body: Any) -> list[Any]:
    return list(body["data"])


def endpoints_of(scene: Scene) -> Iterator[Any]:
    for model in scene.catalog.listings:
        body: Any = scene.endpoints(model)
        yield from body["data"]["endpoints"]


def first_poll(recordings: Path, day: str) -> Any:
    with (recordings / "polls" / f"{day}.jsonl.zst").open("rb") as packed:
        reader = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(packed)
        return orjson.loads(io.TextIOWrapper(reader, encoding="utf-8").readline())


@pytest.fixture
def poll(recordings: Path) -> Any:
    """Give a poll of August 2026, with the documented providers."""
    return first_poll(recordings, "2026-08-07")


@pytest.fixture
def older_poll(recordings: Path) -> Any:
    """Give a poll of July 2026, with the frontend's providers."""
    return first_poll(recordings, "2026-07-14")


def shapes(rows: Any) -> set[tuple[str, ...]]:
    return {tuple(row) for row in rows}


def test_the_models_list_says_how_many_there_are_and_that_there_is_no_next_page() -> None:
    body = SCENE.models()

    assert list(body) == ["data", "total_count", "links"]
    assert body["total_count"] == len(rows_of(body)) == 400
    assert body["links"] == {"next": None}


def test_model_rows_have_the_fields_of_recorded_ones_in_their_order(poll: Any) -> None:
    recorded = poll["models"]["data"]

    made = rows_of(SCENE.models())

    alias_without_reasoning = {shape[:-1] for shape in shapes(recorded) if "alias_target" in shape}
    assert shapes(made) <= shapes(recorded) | alias_without_reasoning
    for inner in ("architecture", "top_provider", "links"):
        assert shapes(row[inner] for row in made) == shapes(row[inner] for row in recorded)


def test_endpoint_rows_have_the_fields_of_recorded_ones_and_those_added_since(poll: Any) -> None:
    recorded = shapes(e for b in poll["endpoints"].values() for e in b["data"]["endpoints"])

    made = shapes(endpoints_of(SCENE))

    assert {tuple(name for name in row if name not in SINCE_AUGUST) for row in made} == recorded
    assert all(set(row) >= SINCE_AUGUST for row in made)


def test_provider_rows_have_the_fields_of_recorded_ones_in_their_order(poll: Any) -> None:
    recorded = poll["providers"]["data"]

    assert shapes(rows_of(SCENE.providers())) == shapes(recorded)


def test_the_frontends_provider_rows_have_the_fields_of_recorded_ones(older_poll: Any) -> None:
    recorded = older_poll["providers"]["data"]
    known = {name for row in recorded for name in row}
    always = set.intersection(*(set(row) for row in recorded)) - {"editors", "owners"}

    made = rows_of(SCENE.frontend_providers())

    assert all(always <= set(row) <= known for row in made)
    assert {name for row in made for name in row["dataPolicy"]} == {
        name for row in recorded for name in row["dataPolicy"]
    }


def test_an_alias_shows_the_prices_of_its_target_and_has_no_endpoints() -> None:
    rows = {row["id"]: row for row in rows_of(SCENE.models())}
    alias = next(row for row in rows.values() if "alias_target" in row)
    target = rows[alias["alias_target"]["slug"]]

    body: Any = SCENE.endpoints(alias["id"])

    assert alias["pricing"] == target["pricing"]
    assert alias["context_length"] == target["context_length"]
    assert body["data"]["endpoints"] == []


def test_a_models_price_is_that_of_one_of_its_endpoints() -> None:
    for row in rows_of(SCENE.models()):
        body: Any = SCENE.endpoints(row["id"])
        offered = [e["pricing"]["prompt"] for e in body["data"]["endpoints"]]
        assert row["pricing"]["prompt"] in offered or not offered


def test_some_models_change_their_leading_endpoint_by_the_hour() -> None:
    later = Scene(catalog=SCENE.catalog, minute=minute(13))

    moved = [
        a["id"]
        for a, b in zip(rows_of(SCENE.models()), rows_of(later.models()), strict=True)
        if a["pricing"] != b["pricing"]
    ]

    assert 0 < len(moved) < 60


def test_a_scheduled_price_follows_the_clock_and_its_windows_stay() -> None:
    def scheduled(scene: Scene) -> list[Any]:
        rows = (e["pricing"] for e in endpoints_of(scene) if e["service_tier"] is None)
        return [p for p in rows if any("utc_start" in o for o in p.get("overrides", ()))]

    peak = scheduled(SCENE)
    night = scheduled(Scene(catalog=SCENE.catalog, minute=minute(20)))

    assert [p["overrides"] for p in peak] == [p["overrides"] for p in night]
    assert all(a["prompt"] > b["prompt"] for a, b in zip(peak, night, strict=True))
    assert peak


def test_service_tier_twins_repeat_the_uptime_of_their_base() -> None:
    for model in SCENE.catalog.listings:
        body: Any = SCENE.endpoints(model)
        rows = body["data"]["endpoints"]
        twins = [row for row in rows if row["service_tier"]]
        assert all(row["uptime_last_1d"] == rows[0]["uptime_last_1d"] for row in twins)


def test_zero_retention_rows_are_endpoints_of_hosts_that_keep_nothing() -> None:
    keeping = {
        row["name"]
        for row in rows_of(SCENE.frontend_providers())
        if row["dataPolicy"]["retainsPrompts"] or row["dataPolicy"]["training"]
    }

    rows = rows_of(SCENE.zdr())

    assert rows
    assert not {row["provider_name"] for row in rows} & keeping


def test_a_model_is_found_by_id_and_by_canonical_slug() -> None:
    listing = next(row for row in SCENE.catalog.listings.values() if ":" not in row.id and row.offers)

    assert SCENE.endpoints(listing.canonical_slug) == SCENE.endpoints(listing.id)
    assert SCENE.endpoints("nobody/nothing") is None


def test_one_model_alone_is_answered_with_its_row_and_an_alias_with_its_target() -> None:
    alias = next(row for row in SCENE.catalog.listings.values() if row.alias_target)

    assert SCENE.model(alias.id) == SCENE.model(alias.alias_target or "")
    assert SCENE.model("nobody/nothing") is None
