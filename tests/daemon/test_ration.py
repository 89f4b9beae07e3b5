"""How many requests single sweeps of an hour may make together, and what they are used for."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.builders import NOON, at, hours, minutes, model, rule, rulebook
from watcher.catalog.names import ModelId, Surface
from watcher.config import Frontend
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.plan import Plan, plan
from watcher.daemon.rounds.ration import NAME, Ration, allot, read_ration, write_ration

MODELS = [model(f"acme/model-{number}") for number in range(10)]


def planned(frontend: Frontend = Frontend.ALL) -> Plan:
    rules = (rule("price-change"), rule("data-policy-flip"), rule("app-entered-top"))
    return plan(rulebook(*rules), MODELS, Means(frontend=frontend, has_key=False, per_hour=None))


def waited(_: Surface, name: ModelId) -> datetime | None:
    """Say that model 9 was answered for long ago, model 3 never, and the others in their order."""
    number = int(name.rpartition("-")[2])
    return None if number == 3 else at(number) if number != 9 else NOON - hours(9)


def test_what_was_asked_for_an_hour_ago_counts_no_longer(tmp_path: Path) -> None:
    write_ration(tmp_path, Ration(limit=100).after(at(0), 40, 30).after(at(30), 30))

    lefts = [read_ration(tmp_path, 100, at(minute)).left for minute in (31, 59, 60, 90)]

    assert lefts == [30, 30, 70, 100]
    read = read_ration(tmp_path, 100, at(31))
    assert (read.free_at, read.by_model) == (at(60), 30)
    assert (tmp_path / NAME).stat().st_mode & 0o077 == 0


def test_a_limit_that_was_lowered_leaves_nothing_and_never_less(tmp_path: Path) -> None:
    write_ration(tmp_path, Ration(limit=100).after(at(0), 40, 30))

    assert read_ration(tmp_path, 10, at(5)).left == 0


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b'{"spent": 7}', b'{"spent": [["now", 1]]}', b'{"spent": [[1, 2, 3]]}']
)
def test_a_file_that_says_nothing_leaves_everything(tmp_path: Path, text: bytes) -> None:
    (tmp_path / NAME).write_bytes(text)

    assert read_ration(tmp_path, 100, NOON) == Ration(limit=100)


def test_a_clock_that_was_set_back_holds_nothing_up(tmp_path: Path) -> None:
    write_ration(tmp_path, Ration(limit=100).after(at(0), 40, 30))

    assert read_ration(tmp_path, 100, NOON - minutes(5)).left == 100


def test_a_state_that_cannot_be_written_to_is_not_in_the_way(tmp_path: Path) -> None:
    write_ration(tmp_path / "nowhere", Ration(limit=100).after(at(0), 40, 30))

    assert read_ration(tmp_path / "nowhere", 100, at(1)).left == 100


def test_where_there_is_room_everything_is_asked_for() -> None:
    made = planned()

    allotted = allot(made, made.asks, Ration(limit=1000), waited)

    assert dict(allotted.asks) == dict(made.asks)
    assert (allotted.short, allotted.requests, allotted.by_model) == ({}, 36, 30)


def test_lists_come_first_and_the_models_that_waited_longest_next() -> None:
    made = planned(Frontend.POLICIES)

    allotted = allot(made, made.asks, Ration(limit=10), waited)

    assert {surface for surface, ask in made.asks.items() if not ask.is_by_model} <= allotted.asks.keys()
    oldest = {"acme/model-3", "acme/model-9", "acme/model-0", "acme/model-1"}
    assert allotted.asks[Surface.ENDPOINTS].models == tuple(row.id for row in MODELS if row.id in oldest)
    assert allotted.short == {Surface.ENDPOINTS: (4, 10)}


def test_what_lists_take_in_an_hour_is_kept_for_them() -> None:
    made = planned(Frontend.POLICIES)
    ration = Ration(limit=40)
    made_of: list[tuple[int, int]] = []

    for _ in range(4):
        allotted = allot(made, made.asks, ration, waited)
        ration = ration.after(NOON, allotted.requests, allotted.by_model)
        made_of.append((allotted.requests - allotted.by_model, allotted.by_model))

    assert made_of == [(4, 10), (4, 10), (4, 1), (4, 0)]
    assert ration.left == 3


def test_the_frontends_endpoints_are_cut_like_the_documented_and_its_pages_wait() -> None:
    made = planned()

    allotted = allot(made, made.asks, Ration(limit=34), waited)

    assert allotted.asks[Surface.ENDPOINTS].requests == 10
    keys = allotted.asks[Surface.FRONTEND_ENDPOINTS].keys
    assert [made.ids[key] for key in keys][:2] == ["acme/model-3", "acme/model-9"]
    assert len(keys) < 10
    assert allotted.short[Surface.TOP_APPS] == (0, 10)
    assert Surface.TOP_APPS not in allotted.asks


def test_without_a_request_left_nothing_is_asked_for() -> None:
    made = planned()

    allotted = allot(made, made.asks, Ration(limit=30).after(NOON, 30), waited)

    assert (allotted.asks, allotted.short.keys()) == ({}, made.asks.keys())
