"""What the frontend really answered in May 2025 and July 2026, beside its documented twins."""

from __future__ import annotations

import gzip
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from watcher.catalog.listing import Listing
from watcher.catalog.model import Model
from watcher.catalog.names import ModelId, ProviderSlug, Surface
from watcher.catalog.policy import DataPolicy
from watcher.reading.reader import Reader

LFM = ModelId("liquid/lfm-7b")
IDS = {"liquid/lfm-7b|standard": LFM}
SCOUT = ModelId("meta-llama/llama-4-scout")
OF_ALL_ENDPOINTS = {"supported_parameters", "reasoning", "expires"}
"""What a documented row says of all of a model's endpoints together: the frontend's cannot know it."""


@pytest.fixture
def may_2025(recordings: Path) -> Any:
    def body(name: str) -> Any:
        return orjson.loads(gzip.decompress((recordings / "frontend-2025" / f"{name}.json.gz").read_bytes()))

    return body


def test_the_catalog_of_may_2025_says_what_its_documented_twin_says(may_2025: Any) -> None:
    documented = Reader().models(may_2025("v1-models.2025-05-24")).rows
    listed = Reader().frontend_catalog(may_2025("models.2025-05-24")).rows

    twins = [(documented[id_], listed[id_].model) for id_ in documented]

    differing = {(twin.id, name) for twin, ours in twins for name in differences(twin, ours)}
    assert len(twins) == 321
    # A router has no endpoint: neither its price (-1) nor what it refuses stands in the frontend.
    assert differing == {("openrouter/auto", "tariff"), ("openrouter/auto", "moderated")}


def differences(documented: Model, listed: Model) -> list[str]:
    """Return the facts that the two say otherwise; the permanent slug was not documented then."""
    names = {field.name for field in fields(Model)} - OF_ALL_ENDPOINTS - {"canonical_slug"}
    return sorted(name for name in names if getattr(documented, name) != getattr(listed, name))


@pytest.mark.parametrize(("day", "served"), [("19", 318), ("24", 320)])
def test_rows_that_nobody_serves_are_history(may_2025: Any, day: str, served: int) -> None:
    sheet = Reader().frontend_catalog(may_2025(f"models.2025-05-{day}"))

    leading = [listing.leads for listing in sheet.rows.values() if listing.leads]

    assert (sheet.fault, sheet.bad, sheet.strange) == (None, (), {})
    assert len(leading) == served
    assert all(offer.uuid and offer.endpoint.key.tag for offer in leading)


def test_the_two_catalogs_of_may_2025_name_one_endpoint_by_one_uuid(may_2025: Any) -> None:
    before, after = (
        {listing.leads.uuid: listing.leads for listing in rows.values() if listing.leads}
        for rows in (
            Reader().frontend_catalog(may_2025(f"models.2025-05-{day}")).rows for day in ("19", "24")
        )
    )

    stayed = before.keys() & after.keys()
    assert len(stayed) > 250
    assert all(before[uuid].endpoint.key.model == after[uuid].endpoint.key.model for uuid in stayed)
    moved = [uuid for uuid in stayed if before[uuid].policy.training != after[uuid].policy.training]
    assert moved == []


def test_the_providers_of_may_2025_nest_their_policies(may_2025: Any) -> None:
    body = may_2025("all-providers.2025-05-19")
    sheet = Reader().policies(body, Surface.FRONTEND)

    assert (len(sheet.rows), sheet.bad, sheet.strange) == (56, (), {})
    assert sheet.rows[ProviderSlug("ai21")] == DataPolicy(training=False)
    assert sum(policy.training is True for policy in sheet.rows.values()) == 5
    assert sum(policy.retention_days is not None for policy in sheet.rows.values()) == 9
    assert sum(policy.requires_user_ids is True for policy in sheet.rows.values()) == 2


def test_the_endpoints_of_may_2025_are_read(may_2025: Any) -> None:
    body = may_2025("stats-endpoint.llama-4-scout.2025-05-19")

    sheet = Reader().frontend_endpoints({"meta-llama/llama-4-scout-17b-16e-instruct|standard": body})

    offers = sheet.rows[SCOUT].offers
    assert (len(offers), sheet.rows[SCOUT].bad, sheet.strange) == (11, (), {})
    assert offers[0].endpoint.key.tag == "lambda"
    assert (offers[0].telemetry.latency, offers[0].telemetry.throughput, offers[0].requests) == (
        396,
        98.5215,
        60893,
    )
    assert len({offer.endpoint.key for offer in offers}) == len(offers)


def test_a_models_uptime_apps_and_author_of_may_2025_are_read(may_2025: Any) -> None:
    reader = Reader()

    days = reader.uptime_recent({"liquid/lfm-7b": may_2025("stats-uptime-recent.lfm-7b.2025-05-24")}).rows
    hours = reader.uptime_hourly({"uuid": may_2025("stats-uptime-hourly.lfm-7b.2025-05-24")}).rows["uuid"]
    many = reader.uptime_hourly(may_2025("stats-uptime-hourly.snapshot.2025-06-08")["data"])
    apps = reader.top_apps({"liquid/lfm-7b|standard": may_2025("stats-app.lfm-7b.2025-05-24")}, ids=IDS).rows[
        LFM
    ]
    author = reader.authors({"liquid": may_2025("model-author.liquid.2025-05-24")}).rows["liquid"]

    assert {len(points) for points in days.values()} == {3}
    assert (len(hours), hours[-1].at, hours[-1].uptime) == (73, datetime(2025, 5, 21, 23, tzinfo=UTC), 100)
    assert (len(many.rows), many.unanswered) == (4, {})
    assert (len(apps), apps[0].title, apps[0].tokens) == (20, "FunTalk AI", 890260479)
    assert (author.name, [len(model.days) for model in author.models]) == ("Liquid", [91, 91, 91])
    last = author.models[0].days[-1]
    assert (f"{last.day}", last.tokens) == ("2025-05-21", 424_738_980)


def test_two_days_of_july_2026_are_read_without_a_bad_row(recordings: Path) -> None:
    for day, models, offers in (("28", 467, 1078), ("29", 474, 1087)):
        poll = orjson.loads(
            gzip.decompress((recordings / "frontend-2026" / f"2026-07-{day}.json.gz").read_bytes())
        )
        reader = Reader()
        reader.models(poll["models"])

        sheet = reader.frontend_endpoints(poll["frontend_endpoints"])
        catalog = reader.frontend_catalog(poll["frontend_catalog"])
        policies = reader.policies(poll["frontend_providers"], Surface.FRONTEND)

        served = [listed for listed in sheet.rows.values() if listed.offers]
        assert (len(served), sum(len(listed.offers) for listed in served)) == (models - 10, offers)
        assert [listed.bad for listed in served if listed.bad] == []
        assert (sheet.bad, sheet.unanswered, sheet.strange) == ((), {}, {})
        assert (catalog.bad, catalog.strange, policies.bad, policies.strange) == ((), {}, (), {})


def test_the_catalog_of_july_2026_agrees_with_the_documented_one(recordings: Path) -> None:
    poll = orjson.loads(gzip.decompress((recordings / "frontend-2026" / "2026-07-28.json.gz").read_bytes()))
    documented = Reader().models(poll["models"]).rows
    listed: dict[ModelId, Listing] = dict(Reader().frontend_catalog(poll["frontend_catalog"]).rows)

    for id_, model in documented.items():
        ours = listed[id_].model
        assert (model.name, model.canonical_slug, model.created) == (
            ours.name,
            ours.canonical_slug,
            ours.created,
        )
        assert (model.context_length, model.tokenizer) == (ours.context_length, ours.tokenizer)
        assert (model.input_modalities, model.output_modalities) == (
            ours.input_modalities,
            ours.output_modalities,
        )
        assert (model.hugging_face_id, model.knowledge_cutoff) == (
            ours.hugging_face_id,
            ours.knowledge_cutoff,
        )
