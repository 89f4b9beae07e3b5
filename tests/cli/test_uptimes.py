"""How well a model or an endpoint did lately, by what we read and by what upstream recorded before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.builders import HOUR, key
from tests.cli.conftest import BASE_URL, Run
from watcher.catalog.names import EndpointKey
from watcher.catalog.telemetry import Day, Telemetry
from watcher.cli.moments import now
from watcher.cli.uptimes import MOST, uptimes_of
from watcher.config import load
from watcher.daemon.past.past_uptimes import hour_of
from watcher.judgement.decision import Decision
from watcher.store.store import Store

NOVITA, AZURE = key("a/b", "novita"), key("a/b", "azure")
NOW = datetime(2026, 7, 6, 12, 34, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "state", catalog=BASE_URL) as opened:
        yield opened


def read(store: Store, at: datetime, uptimes: Mapping[EndpointKey, float | None]) -> None:
    """Commit what one sweep read."""
    before, version = store.loaded()
    telemetry = {each: Telemetry(uptime_30m=uptime) for each, uptime in uptimes.items()}
    after = Decision(state=replace(before, telemetry=telemetry))
    store.commit(before, after, (), now=at, expected_version=version)


def record(store: Store, back: int, day: Day, of: EndpointKey = NOVITA) -> None:
    """Fill what upstream recorded of a day so long ago."""
    store.fill_days({(NOW - back * DAY).date(): {of: day}})


def uptimes(store: Store, subject: str = "a/b", at: datetime = NOW) -> list[dict[str, Any]]:
    return list(uptimes_of(store.queries, subject, at, ZoneInfo("UTC")))


def test_an_hour_is_what_we_read_in_it_and_else_what_upstream_recorded(store: Store) -> None:
    record(store, 1, Day(hours=(None,) * 20 + (50.0, 60.0, 70.0, 80.0)))
    record(store, 0, Day(hours=(90.0,) * 11))
    read(store, NOW - 2 * HOUR, {NOVITA: 100.0})
    read(store, NOW - 2 * HOUR + timedelta(minutes=15), {NOVITA: 98.0})
    read(store, NOW, {NOVITA: 97.0})

    (hours,) = uptimes(store)

    assert hours["since"] == "2026-07-05T20:00:00Z"
    assert hours["uptimes"] == [50.0, 60.0, 70.0, 80.0, *[90.0] * 10, 99.0, None, 97.0]
    assert sum(hours["recorded"]) == 14
    assert hours["said"] == [
        "Uptime of a/b by the hour, since 2026-07-05 20:00 UTC:",
        "  ▄▅▆▆▇▇▇▇▇▇▇▇▇▇█·█",
        "  50 % to 99 %, last 97 %; 14 of 17 hours by upstream's record",
    ]


def test_a_models_uptime_is_that_of_its_best_known_endpoint_and_an_endpoints_its_own(store: Store) -> None:
    read(store, NOW - HOUR, {NOVITA: 0.0, AZURE: 100.0})
    read(store, NOW - HOUR + timedelta(minutes=15), {NOVITA: 90.0, AZURE: None})
    record(store, 0, Day(hours=(None,) * 10 + (20.0,)))
    record(store, 0, Day(hours=(None,) * 10 + (30.0,)), AZURE)

    of_model, of_endpoints = uptimes(store), uptimes(store, "a/b @ *")

    assert [(each["subject"], each["uptimes"]) for each in of_model] == [("a/b", [30.0, 95.0, None])]
    assert [(each["subject"], each["uptimes"]) for each in of_endpoints] == [
        ("a/b @ azure", [30.0, 100.0, None]),
        ("a/b @ novita", [20.0, 45.0, None]),
    ]


def test_a_day_is_what_we_read_or_measured_and_else_what_upstream_recorded(store: Store) -> None:
    record(store, 6, Day(recorded=60.0))
    record(store, 5, Day(readings=3, uptime_mean=70.0, uptime_min=1.0, recorded=1.0))
    record(store, 3, Day(hours=(80.0,) * 24))
    record(store, 2, Day(recorded=1.0))
    read(store, NOW - 2 * DAY, {NOVITA: 90.0})

    days = next(each for each in uptimes(store) if each["by"] == "day")

    assert days["uptimes"] == [60.0, 70.0, None, 80.0, 90.0, None, None]
    assert days["recorded"] == [True, False, False, True, False, False, False]
    assert days["said"][0] == "Uptime of a/b by the day, since 2026-06-30 (UTC):"


def test_a_steady_uptime_is_said_in_one_number(store: Store) -> None:
    read(store, NOW - HOUR, {NOVITA: 100.0})
    read(store, NOW, {NOVITA: 100.0})

    (hours,) = uptimes(store)

    assert hours["said"][1:] == ["  ██", "  always 100 %"]


def test_what_nobody_knows_is_not_drawn(store: Store) -> None:
    read(store, NOW, {NOVITA: None, AZURE: 99.0})
    record(store, 0, Day(hours=(None,) * 9))
    record(store, 30, Day(recorded=9.0))

    assert uptimes(store) == []
    assert uptimes(store, "c/*") == []


def test_a_line_fits_a_terminal_of_eighty_columns_though_it_has_three_days(store: Store) -> None:
    for back in range(4):
        record(store, back, Day(hours=(99.0,) * 24))

    blocks = [each["said"][1] for each in uptimes(store)]

    assert max(map(len, blocks)) == 75


def test_a_glob_that_names_many_draws_some_and_says_how_many_more(store: Store) -> None:
    every = {key(f"a/b{number:02}", "novita"): 99.0 for number in range(MOST + 3)}
    read(store, NOW - HOUR, every)
    read(store, NOW, every)

    *drawn, more = uptimes(store, "a/*")

    assert len(drawn) == MOST
    assert more == {
        "type": "uptime_more",
        "subjects": 3,
        "said": ["Uptimes of 3 more subjects are known: ask for fewer."],
    }


def test_history_draws_the_uptimes_of_its_subject_and_has_them_as_json(watcher: Run, own: Path) -> None:
    settings = load(own, {}, targets=None)
    with Store.open(settings.state, catalog=BASE_URL) as store:
        endpoint = next(iter(store.load().telemetry))
        store.fill_days({hour_of(now() - DAY).date(): {endpoint: Day(hours=(12.5,) * 24)}})

    words = watcher("history", endpoint.model, "-c", own).stdout
    lines = watcher("history", endpoint.label, "--json", "-c", own).stdout.splitlines()
    filtered = watcher("history", endpoint.model, "--event", "model.added", "-c", own).stdout

    found = [entry for line in lines if (entry := json.loads(line)).get("type") == "uptime"]
    assert f"Uptime of {endpoint.model} by the hour, since " in words
    assert "  always 12.5 %; 24 of " in words
    assert [(entry["subject"], entry["by"], entry["uptimes"][0]) for entry in found] == [
        (endpoint.label, "hour", 12.5)
    ]
    assert "Uptime" not in filtered
