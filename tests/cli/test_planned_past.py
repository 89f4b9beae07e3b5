"""What is asked for once, as ``status --plan`` says it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.builders import endpoint, model, offers, seen, sheet
from tests.cli.conftest import BASE_URL, Run
from watcher.catalog.names import EndpointKey, Surface
from watcher.catalog.telemetry import Day
from watcher.cli.moments import now
from watcher.config import load
from watcher.daemon.ledger import Ledger
from watcher.store.store import Store

CONFIG = f"""\
models: ["a/b", "c/d"]
catalog: {{base_url: "{BASE_URL}", frontend: all}}
receivers: {{terminal: {{console: true}}}}
rules: [{{use: uptime-drop}}]
"""


def configured(folder: Path, text: str = CONFIG) -> Path:
    path = folder / "config.yaml"
    path.write_text(text)
    return path


def planned(run: Run, path: Path) -> dict[str, dict[str, Any]]:
    """Give what is asked for once, by surface, and the sum of it."""
    result = run("status", "--plan", "--json", "-c", path)
    assert result.exit_code == 0, result.stderr
    entries = [json.loads(line) for line in result.stdout.splitlines()]
    kinds = ("plan_past", "plan_past_sum")
    return {entry.get("surface", "sum"): entry for entry in entries if entry["type"] in kinds}


def polled(path: Path, *days_ago: int) -> None:
    """Live through a poll of two models with three endpoints; of one of them some days are filled."""
    settings = load(path, {}, targets=None)
    at = now()
    listed = (endpoint("a/b", "novita"), endpoint("a/b", "azure"), endpoint("c/d", "azure"))
    with Store.open(settings.state, catalog=BASE_URL) as store:
        ledger = Ledger(store, settings.rulebook, {"terminal": ("#one",)})
        found = seen(
            at, models=sheet(Surface.MODELS, {each: model(each) for each in ("a/b", "c/d")}),
            endpoints=offers(*listed),
        )  # fmt: skip
        ledger.enter(found, at)
        keys: list[EndpointKey] = [each.endpoint.key for each in listed[:2]]
        for back in days_ago:
            day = (at - timedelta(days=back)).date()
            store.fill_days({day: {key: Day(recorded=99.0, hours=(99.0,) * 24) for key in keys}})


def test_before_the_first_poll_it_says_what_will_be_asked_for_once_and_why(
    watcher: Run, tmp_path: Path
) -> None:
    path = configured(tmp_path)

    found = planned(watcher, path)
    words = watcher("status", "--plan", "-c", path).stdout

    assert {surface: entry.get("requests") for surface, entry in found.items()} == {
        "listed_prices": 2, "uptime_recent": 2, "uptime_hourly": None, "frontend_endpoints": 2, "sum": None,
    }  # fmt: skip
    assert found["uptime_hourly"]["rules"] == ["uptime-drop"]
    assert (
        "once  uptime_hourly      the last 72 hours of each endpoint: a request each for uptime-drop" in words
    )
    assert " an hour of those beside the plan" in words


def test_afterwards_it_counts_endpoints_and_what_is_left(watcher: Run, tmp_path: Path) -> None:
    path = configured(tmp_path)
    polled(path, 3, 2, 1, 0)

    found = planned(watcher, path)
    words = watcher("status", "--plan", "-c", path).stdout

    assert {surface: (entry["requests"], entry["left"]) for surface, entry in found.items()} == {
        "listed_prices": (2, 2),
        "uptime_recent": (2, 1),
        "uptime_hourly": (3, 1),
        "frontend_endpoints": (2, 1),
        "sum": (9, 5),
    }
    assert (
        "once  uptime_recent      the days before: 2 requests (1 left) for uptime-drop (2 models: " in words
    )
    assert " left in all, at most " in words


def test_without_the_whole_frontend_nothing_is_asked_for_once(watcher: Run, tmp_path: Path) -> None:
    path = configured(tmp_path, CONFIG.replace("frontend: all", "frontend: policies"))

    assert planned(watcher, path) == {}
    assert "once" not in watcher("status", "--plan", "-c", path).stdout
