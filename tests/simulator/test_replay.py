from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from tests.simulator.clocks import NOON, Clock
from watcher.simulator.answers import Request
from watcher.simulator.replay import Pace, Replay
from watcher.simulator.simulation import Simulation

MODELS = "/api/v1/models"
ROW: dict[str, Any] = {"id": "a/b", "architecture": {"output_modalities": ["text"]}}


def poll(hour: int, **surfaces: Any) -> dict[str, Any]:
    models = {"data": [{**ROW, "name": f"at {hour}"}]}
    return {"generated": f"2026-07-04T{hour:02}:00:00Z", "models": models, **surfaces}


def replay(*polls: dict[str, Any], pace: Pace = Pace.STEP, clock: Clock | None = None) -> Replay:
    return Replay(polls or (poll(1), poll(2), poll(4)), pace=pace, clock=clock or Clock())


def name(site: Replay) -> Any:
    return ask(site, MODELS)["data"][0]["name"]


def ask(site: Replay, path: str, method: str = "GET") -> Any:
    return orjson.loads(site.answer(Request(method=method, path=path)).body)


def status(site: Replay, path: str) -> int:
    return site.answer(Request(method="GET", path=path)).status


def test_nothing_to_replay_is_an_error() -> None:
    with pytest.raises(ValueError, match="no poll to replay"):
        Replay((), pace=Pace.STEP, clock=Clock())


def test_a_step_serves_the_next_poll_until_the_last_one_stays() -> None:
    site = replay()

    shown = [(name(site), site.step(), site.is_over) for _ in range(4)]

    assert shown == [
        ("at 1", True, False),
        ("at 2", True, True),
        ("at 4", False, True),
        ("at 4", False, True),
    ]


def test_a_step_can_be_asked_for_over_http() -> None:
    site = replay()

    answer = ask(site, "/__step", "POST")

    assert answer == {"data": {"stepped": True, "generated": "2026-07-04T02:00:00+00:00"}}
    assert name(site) == "at 2"


def test_each_sweep_of_the_models_list_sees_the_next_poll() -> None:
    site = replay(pace=Pace.SWEEP)

    first = (name(site), site.generated.hour, status(site, "/api/v1/providers"))
    rest = [name(site) for _ in range(3)]

    assert first == ("at 1", 1, 404)
    assert rest == ["at 2", "at 4", "at 4"]


def test_the_clock_brings_polls_after_as_long_as_when_they_were_recorded() -> None:
    clock = Clock()
    site = replay(pace=Pace.CLOCK, clock=clock)

    seen = []
    for _ in range(5):
        seen.append(name(site))
        clock.forward(hours=1)

    assert seen == ["at 1", "at 2", "at 2", "at 4", "at 4"]


def test_a_fast_clock_leaves_out_what_it_passes() -> None:
    clock = Clock()
    site = Replay((poll(1), poll(2), poll(4)), pace=Pace.CLOCK, clock=clock, speed=3600)
    name(site)

    clock.forward(seconds=3)

    assert name(site) == "at 4"


def test_what_was_not_polled_is_missing_and_what_was_not_answered_unavailable() -> None:
    site = replay(poll(1, endpoints={"a/b": None, "a/c": {"data": {"endpoints": []}}}, zdr=None))

    assert status(site, "/api/v1/models/a/b/endpoints") == 503
    assert status(site, "/api/v1/models/a/c/endpoints") == 200
    assert status(site, "/api/v1/models/a/d/endpoints") == 404
    assert status(site, "/api/v1/endpoints/zdr") == 503
    assert status(site, "/api/v1/providers") == 404


def test_a_recorded_error_is_answered_with_its_status() -> None:
    site = replay(poll(1, endpoints={"a/b": {"error": {"code": 404, "message": "gone"}}}))

    assert status(site, "/api/v1/models/a/b/endpoints") == 404


def test_an_older_archives_providers_are_served_where_they_came_from() -> None:
    older = replay(poll(1, providers={"data": [{"slug": "x", "dataPolicy": {"training": False}}]}))
    newer = replay(poll(1, providers={"data": [{"slug": "x"}]}, frontend_providers=[{"slug": "y"}]))

    frontend = "/api/frontend/v1/all-providers"

    assert (status(older, "/api/v1/providers"), status(older, frontend)) == (404, 200)
    assert ask(newer, "/api/v1/providers")["data"][0]["slug"] == "x"
    assert ask(newer, frontend)["data"][0]["slug"] == "y"


def test_one_model_alone_is_found_in_the_recorded_list() -> None:
    site = replay()

    assert ask(site, "/api/v1/model/a/b")["data"]["name"] == "at 1"
    assert status(site, "/api/v1/model/a/c") == 404
    assert status(site, "/nowhere") == 404
    assert site.answer(Request(method="PUT", path=MODELS)).status == 405


def test_a_simulated_day_replays_as_it_was_simulated() -> None:
    simulated = Simulation(seed=3, models=30, clock=Clock(), start=NOON)
    lines = list(simulated.poll_lines(every=timedelta(hours=1), lasting=timedelta(hours=1)))

    site = Replay(lines, pace=Pace.STEP, clock=Clock())
    site.step()

    for path in ("/api/v1/providers", "/api/v1/endpoints/zdr", "/api/frontend/v1/all-providers"):
        recorded = lines[1][
            {"providers": "providers", "zdr": "zdr"}.get(path.rsplit("/", 1)[1], "frontend_providers")
        ]
        assert ask(site, path) == recorded
