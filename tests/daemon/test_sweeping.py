from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import zstandard
from structlog.testing import capture_logs

from tests.cli.stage import NOON, catalog, quiet_poll
from watcher.archive.recorded import seen_of
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import Seen
from watcher.daemon.rounds.archive import kept_in
from watcher.daemon.rounds.sweeping import Keep, Sweeper, Wanted, failed, keep_nothing
from watcher.openrouter import CatalogClient
from watcher.reading.reader import Reader


def swept(
    base_url: str, surface: Surface, keep: Keep = keep_nothing, models: tuple[ModelId, ...] = ()
) -> Seen:
    async def sweep() -> Seen:
        async with CatalogClient(base_url) as client:
            sweeper = Sweeper(client, Reader(), keep)
            return sweeper.read({surface: await sweeper.ask(surface, Wanted(models=models))}, NOON)

    return asyncio.run(sweep())


def test_data_policies_are_seen_on_the_frontend_alone() -> None:
    with catalog(quiet_poll()) as (base_url, _):
        documented = swept(base_url, Surface.PROVIDERS)
        frontend = swept(base_url, Surface.FRONTEND)

    assert documented.providers is not None
    assert documented.providers.rows
    assert documented.policies is None
    assert frontend.policies is not None
    assert any(policy.training is not None for policy in frontend.policies.rows.values())
    assert frontend.policies.surface is Surface.FRONTEND


def test_a_model_that_gave_no_endpoints_is_unanswered_and_null_in_the_archive() -> None:
    kept: list[Mapping[str, object]] = []

    def keep(at: datetime, bodies: Mapping[str, object]) -> None:
        assert at == NOON
        # The reader takes the bodies over.
        kept.append(orjson.loads(orjson.dumps(bodies)))

    poll = quiet_poll()
    known = ModelId(next(iter(poll["endpoints"])))
    with catalog(poll) as (base_url, _):
        seen = swept(base_url, Surface.ENDPOINTS, keep, (known, ModelId("nobody/knows")))

    assert seen.endpoints is not None
    assert list(seen.endpoints.rows) == [known]
    assert list(seen.endpoints.unanswered) == ["nobody/knows"]
    assert kept == [{"endpoints": {known: poll["endpoints"][known], "nobody/knows": None}}]


def test_a_list_that_does_not_answer_is_a_sheet_with_a_fault() -> None:
    poll = quiet_poll()
    del poll["zdr"]

    with catalog(poll) as (base_url, _):
        seen = swept(base_url, Surface.ZDR)

    assert seen.zdr is not None
    assert seen.zdr.fault == "404: Not Found"


def test_every_surface_can_fail_for_a_reason_of_our_own() -> None:
    for surface in Surface:
        seen = failed(surface, "our own mistake", NOON)
        sheets = [getattr(seen, name) for name in seen.__dataclass_fields__ if name != "at"]

        assert [sheet.fault for sheet in sheets if sheet is not None] == ["our own mistake"]


def test_polls_are_kept_as_they_were_answered(tmp_path: Path) -> None:
    poll = quiet_poll()

    with catalog(poll) as (base_url, _):
        swept(base_url, Surface.ZDR, kept_in(tmp_path / "polls"))

    (file,) = (tmp_path / "polls").iterdir()
    line = orjson.loads(zstandard.ZstdDecompressor().decompressobj().decompress(file.read_bytes()))
    assert line == {"generated": NOON.isoformat(), "zdr": poll["zdr"]}


def test_an_archive_that_cannot_be_written_is_told_once_and_costs_no_poll(tmp_path: Path) -> None:
    place = tmp_path / "polls"
    place.write_text("a file stands here")
    keep = kept_in(place)

    with capture_logs() as logs:
        keep(NOON, {"models": None})
        keep(NOON, {"models": None})
        place.unlink()
        keep(NOON, {"models": None})

    assert [entry["event"] for entry in logs] == ["archive.stopped", "archive.recovered"]


def test_an_archive_keeps_its_days_as_long_as_it_is_told_to(tmp_path: Path) -> None:
    keep = kept_in(tmp_path, timedelta(days=2))

    for day in range(5):
        keep(NOON + timedelta(days=day), {"models": None})
        keep(NOON + timedelta(days=day, minutes=5), {"models": None})

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"{(NOON + timedelta(days=day)).date()}.jsonl.zst" for day in (2, 3, 4)
    ]


def test_versions_that_no_address_has_are_nothing_published_also_in_the_archive() -> None:
    kept: list[Mapping[str, object]] = []
    asked = {"a/b|standard": ModelId("a/b")}

    async def sweep(base_url: str) -> Seen:
        async with CatalogClient(base_url) as client:
            sweeper = Sweeper(client, Reader(), lambda _, bodies: kept.append(dict(bodies)))
            wanted = Wanted(keys=tuple(asked), ids=asked)
            return sweeper.read({Surface.VERSIONS: await sweeper.ask(Surface.VERSIONS, wanted)}, NOON)

    with catalog(quiet_poll()) as (base_url, _):
        seen = asyncio.run(sweep(base_url))

    assert kept == [{"versions": {}}]
    for sheet in (seen.versions, seen_of({"versions": kept[0]["versions"]}, NOON, Reader()).versions):
        assert sheet is not None
        assert (sheet.rows, sheet.unanswered, sheet.fault) == ({}, {}, None)
