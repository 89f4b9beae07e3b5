from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.test_events import CATALOG, NOON, shared, told, world
from watcher.catalog.names import Surface
from watcher.simulator.days import cheapest_tag
from watcher.simulator.disclosures import (
    AppEnters,
    EndpointDisabled,
    EndpointPolicyFlips,
    PriceAnnounced,
    UseMoves,
    VersionPublished,
    WarningAppears,
)
from watcher.simulator.frontend import asked_as
from watcher.simulator.memberships import Removed, Renamed
from watcher.simulator.narration import narrated
from watcher.simulator.script import Event, Script
from watcher.simulator.world import Scene, World

HOUR = timedelta(hours=1)
ROW = shared()
TAG = cheapest_tag(ROW)
OTHER = next(offer.tag for offer in ROW.offers if offer.tag != TAG and offer.service_tier is None)


def shown(event: Event, surface: Surface, key: str = "") -> tuple[Any, Any]:
    made = world(event)
    return made.at(NOON).of_frontend(surface, key), made.at(NOON + HOUR).of_frontend(surface, key)


def offer(body: Any, tag: str) -> Any:
    return next(row for row in body["data"] if row["provider_slug"] == tag)


def test_an_endpoints_own_policy_flips_and_its_providers_record_does_not() -> None:
    event = EndpointPolicyFlips(at=HOUR, model=ROW.id, tag=TAG, changes={"training": True})

    before, after = shown(event, Surface.FRONTEND_ENDPOINTS, asked_as(ROW))
    providers = shown(event, Surface.FRONTEND)

    assert not offer(before, TAG)["data_policy"]["training"]
    assert offer(after, TAG)["data_policy"]["training"]
    assert offer(after, OTHER) == offer(before, OTHER) | {"stats": offer(after, OTHER)["stats"]}
    assert providers[0] == providers[1]
    assert told(event) == [("data-policy-flip", f"{ROW.id} @ {TAG}", "training")]


def test_a_disabled_endpoint_is_listed_and_costs_its_model_its_price_if_it_was_the_cheapest() -> None:
    event = EndpointDisabled(at=HOUR, model=ROW.id, tag=OTHER)

    before, after = shown(event, Surface.FRONTEND_ENDPOINTS, asked_as(ROW))

    assert (offer(before, OTHER)["is_disabled"], offer(after, OTHER)["is_disabled"]) == (False, True)
    assert told(event) == [("endpoint-disabled", f"{ROW.id} @ {OTHER}", "disabled")]


def test_a_price_is_announced_with_its_instant_before_it_moves() -> None:
    event = PriceAnnounced(at=HOUR, effective=5 * HOUR, model=ROW.id, tag=TAG, percent=Decimal(-50))
    made = world(event)

    def points(scene: Scene) -> Any:
        body: Any = scene.of_frontend(Surface.LISTED_PRICES, asked_as(ROW))
        return min(
            (series["input"] for series in body["data"]["series"]), key=lambda listed: listed[-1]["value"]
        )

    announced, moved = points(made.at(NOON + HOUR)), points(made.at(NOON + 5 * HOUR))
    silent = points(made.at(NOON))

    assert len(announced) == len(silent) + 1
    assert datetime.fromisoformat(announced[-1]["at"]) == NOON + 5 * HOUR
    assert announced[-1]["value"] == pytest.approx(silent[-1]["value"] / 2)
    assert moved == announced
    presets = [preset for preset, _, _ in told(event)]
    assert presets == ["announced-price", "price-change", "price-change"]


def test_a_warning_stands_above_its_model() -> None:
    event = WarningAppears(at=HOUR, model=ROW.id, text="All prompts are kept.")

    before, after = (
        {row["slug"]: row["warning_message"] for row in body["data"] if row["endpoint"]}
        for body in shown(event, Surface.FRONTEND_CATALOG)
    )

    assert not before[ROW.id]
    assert after[ROW.id] == "All prompts are kept."
    assert told(event) == [("warning-message", ROW.id, "warning")]


def test_an_app_enters_at_the_top_and_the_last_one_falls_out() -> None:
    event = AppEnters(at=HOUR, model=ROW.id, app="Newcomer")

    before, after = (
        [row["app"]["title"] for row in body["data"]["top_apps"]]
        for body in shown(event, Surface.TOP_APPS, asked_as(ROW))
    )

    assert after == ["Newcomer", *before[:-1]]
    assert told(event) == [("app-entered-top", ROW.id, None)]


def test_an_endpoint_under_a_new_tag_keeps_its_id() -> None:
    event = Renamed(at=HOUR, model=ROW.id, tag=TAG, new_tag="elsewhere/turbo")

    before, after = shown(event, Surface.FRONTEND_ENDPOINTS, asked_as(ROW))

    assert offer(before, TAG)["id"] == offer(after, "elsewhere/turbo")["id"]


def test_what_left_the_list_stays_in_the_catalog_as_history() -> None:
    event = Removed(at=HOUR, model=ROW.id)

    before, after = shown(event, Surface.FRONTEND_CATALOG)

    assert [row["endpoint"] is None for row in before["data"] if row["slug"] == ROW.id].count(True) == 0
    assert [row["endpoint"] is None for row in after["data"] if row["slug"] == ROW.id].count(True) == 1


def days_of(body: Any, model: str) -> dict[str, int]:
    (row,) = (row for row in body["data"]["models"] if row["slug"] == model)
    return {day["date"]: day["total_prompt_tokens"] + day["total_completion_tokens"] for day in row["stats"]}


def test_a_model_is_used_less_from_the_last_whole_day_on_and_its_past_stays() -> None:
    event = UseMoves(at=HOUR, model=ROW.id, percent=Decimal(-98))

    before, after = (days_of(body, ROW.id) for body in shown(event, Surface.AUTHORS, ROW.id.split("/")[0]))

    last, *earlier = before
    assert after[last] == pytest.approx(before[last] / 50, abs=2)
    assert [after[day] for day in earlier] == [before[day] for day in earlier]
    assert min(before.values()) > 5e7 > after[last]
    assert told(event) == [("model.tokens", ROW.id, "tokens")]


def test_the_days_of_use_are_real_ones_however_fast_the_script_runs() -> None:
    made = World(CATALOG, Script(speed=1440.0), NOON)

    body: Any = made.at(NOON + HOUR).of_frontend(Surface.AUTHORS, ROW.id.split("/")[0])

    assert next(iter(days_of(body, ROW.id))) == f"{NOON - timedelta(days=1):%Y-%m-%d} 00:00:00"


def test_a_version_is_published_where_there_was_none() -> None:
    event = VersionPublished(at=HOUR, model=ROW.id, version="v2")

    before, after = (
        [row["permaslug"] for row in body["data"]["models"]]
        for body in shown(event, Surface.VERSIONS, asked_as(ROW))
    )

    assert (before, after) == ([], ["v2"])
    assert told(event) == [("version-published", ROW.id, None)]
    (line,) = narrated(Script(events=(event,)))
    assert line.text == f"version v2 of {ROW.id} is published"


def test_a_models_own_page_tells_of_the_same_days_as_its_authors() -> None:
    event = UseMoves(at=HOUR, model=ROW.id, percent=Decimal(-98))

    (_, authored), (_, own) = (
        shown(event, Surface.AUTHORS, ROW.id.split("/")[0]),
        shown(event, Surface.ACTIVITY, asked_as(ROW)),
    )

    rows = own["data"]["analytics"]
    assert {row["date"]: row["total_prompt_tokens"] + row["total_completion_tokens"] for row in rows} == (
        days_of(authored, ROW.id)
    )
