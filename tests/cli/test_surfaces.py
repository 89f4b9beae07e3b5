from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.builders import NOON, backstage, endpoint, frontend_offer, minutes, offers, seen
from tests.cli.conftest import BASE_URL, Run
from watcher.catalog.names import Surface
from watcher.cli.surfaces import LISTED, surface_entry, surface_lines
from watcher.config import load
from watcher.daemon.ledger import Ledger
from watcher.judgement.state import UNREAD_SURFACE, SurfaceHealth
from watcher.store.store import Store

GLM = "z-ai/glm-5.2"
HOSTILE = "data_policy.\x1b[2J\u202etraining"
FREELY = (
    "catalog: {base_url: %s, frontend: all}\nmodels: ['*']\nreceivers: {terminal: {console: true}}\nrules:\n"
)


def lines(**facts: Any) -> list[str]:
    health = SurfaceHealth(believed_at=NOON, attempted_at=NOON, **facts)
    entry = surface_entry(Surface.FRONTEND, health, minutes(60), NOON + minutes(3))
    return list(surface_lines(entry, ZoneInfo("UTC"), NOON + minutes(3)))


def numbered(count: int) -> Mapping[str, int]:
    return {f"field_{number:03}": number for number in range(1, count + 1)}


def test_status_names_unknown_fields_and_counts_disagreements_of_a_surface(
    watcher: Run, tmp_path: Path
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(FREELY % BASE_URL + "  - {use: endpoint-disabled}\n  - {use: price-change}\n")
    settings = load(config, {}, targets=None)
    listed = backstage([frontend_offer(endpoint(GLM, "novita", prompt="2"))])
    assert listed is not None
    poll = seen(
        NOON,
        endpoints=offers(endpoint(GLM, "novita", prompt="1")),
        endpoint_policies=replace(listed, strange={"is_haunted": 1, HOSTILE: 2}),
    )
    with Store.open(settings.state, catalog=BASE_URL) as store:
        Ledger(store, settings.rulebook, {"terminal": ()}).enter(poll, poll.at)

    words = watcher("status", "-c", config).stdout
    found = [json.loads(line) for line in watcher("status", "--json", "-c", config).stdout.splitlines()]

    named = "data_policy.\\x1b[2J\\u202etraining on 2 rows, is_haunted on 1 row"
    assert f"    2 fields that nobody here knows: {named}\n" in words
    assert "    1 endpoint on which the documented list says otherwise\n" in words
    (entry,) = (entry for entry in found if entry.get("surface") == "frontend_endpoints")
    assert (entry["unknown_fields_count"], entry["disagreements"]) == (2, 1)
    assert entry["unknown_fields"] == {HOSTILE: 2, "is_haunted": 1}


def test_a_surface_that_is_as_expected_has_one_line() -> None:
    assert lines() == ["  frontend           believed 3 min ago (2026-07-06 12:00 UTC)"]


def test_of_many_unknown_fields_the_commonest_are_named_and_the_others_counted() -> None:
    strange = numbered(80)

    named = lines(strange=strange)[1]
    entry = surface_entry(Surface.FRONTEND, SurfaceHealth(strange=strange), minutes(60), NOON)

    assert named.startswith(
        "    80 fields that nobody here knows: field_080 on 80 rows, field_079 on 79 rows"
    )
    assert named.endswith(" and 75 more")
    assert len(entry["unknown_fields"]) == LISTED
    assert entry["unknown_fields_count"] == 80


def test_a_surface_that_was_believed_before_the_clock_was_set_back_says_so() -> None:
    entry = surface_entry(Surface.ZDR, SurfaceHealth(believed_at=NOON + minutes(90)), minutes(60), NOON)

    assert list(surface_lines(entry, ZoneInfo("UTC"), NOON)) == [
        "  zdr                believed at 2026-07-06 13:30 UTC, which is yet to come: the clock was set back"
    ]


def test_a_surface_that_was_never_read_says_so() -> None:
    entry = surface_entry(Surface.ZDR, UNREAD_SURFACE, minutes(60), NOON)

    assert list(surface_lines(entry, ZoneInfo("UTC"), NOON)) == ["  zdr                not yet read"]
    assert entry["age_seconds"] is None
