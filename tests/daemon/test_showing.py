from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from tests.cli.stage import free_port
from tests.daemon.test_ledger import seen
from tests.simulator.clocks import Clock
from watcher.catalog.names import Surface
from watcher.config import Config, WebSettings, parse
from watcher.daemon.addresses import Addresses
from watcher.daemon.health.health import Condition, Health, Remedy
from watcher.daemon.health.showing import Showing
from watcher.daemon.house import House, open_house, refitted
from watcher.daemon.rounds.plan import Ask, Plan
from watcher.web.server import listening

PLAN = Plan(
    asks={
        Surface.MODELS: Ask(rules=("new-free-variant",), every=timedelta(minutes=5)),
        Surface.ZDR: Ask(every=timedelta(hours=1)),
    }
)
WELL = Health(stands=True)
STUCK = Health(
    stands=True, conditions=(Condition(part="a", sentence="the poller is stuck", remedy=Remedy.RESTART),)
)


def never() -> bool:
    return False


def config(folder: Path, port: int | None) -> Config:
    web = "" if port is None else f"web: {{listen: '127.0.0.1:{port}'}}\n"
    text = f"{web}receivers: {{log: {{file: alerts.jsonl}}}}\nrules: [{{use: new-free-variant}}]\n"
    return parse(text, {}, source=folder / "config.yaml")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = config(tmp_path, None)
    with open_house(settings, settings.rulebook, Addresses(), clock=Clock()) as opened:
        yield opened


@pytest.fixture
def showing() -> Iterator[Showing]:
    found = Showing()
    yield found
    found.stop()


def under(house: House, port: int | None) -> House:
    web = None if port is None else WebSettings(host="127.0.0.1", port=port)
    return replace(house, config=replace(house.config, web=web))


def asked(port: int, page: str) -> tuple[int, dict[str, object]]:
    answer = httpx.get(f"http://127.0.0.1:{port}{page}")
    return answer.status_code, json.loads(answer.text)


def poll(house: House, showing: Showing) -> None:
    now = house.clock()
    showing.judged(house.ledger.enter(replace(seen("a/b", "a/c"), at=now), now), PLAN)


def test_nothing_listens_unless_the_configuration_says_so(house: House, showing: Showing) -> None:
    with capture_logs() as logs:
        showing.follow(house, lambda: WELL, never)
        poll(house, showing)

    assert logs == []


def test_it_is_ready_once_every_surface_that_a_rule_needs_was_believed(
    house: House, showing: Showing
) -> None:
    port = free_port()
    showing.follow(under(house, port), lambda: WELL, never)

    begun = asked(port, "/readyz")
    showing.judged(house.ledger.enter(None, house.clock()), PLAN)
    planned = asked(port, "/readyz")
    poll(house, showing)

    assert begun == (503, {"ready": False, "problems": []})
    assert planned == (503, {"ready": False, "problems": ["models: not yet read"]})
    assert asked(port, "/readyz") == (200, {"ready": True, "problems": []})


def test_it_is_ill_when_its_health_says_so(house: House, showing: Showing) -> None:
    port = free_port()
    showing.follow(under(house, port), lambda: STUCK, never)

    assert asked(port, "/healthz") == (503, {"alive": False, "problems": ["the poller is stuck"]})


def test_metrics_count_what_was_judged_and_what_waits(house: House, showing: Showing) -> None:
    port = free_port()
    showing.follow(under(house, port), lambda: WELL, never)
    poll(house, showing)
    showing.lost(Surface.ZDR)

    text = httpx.get(f"http://127.0.0.1:{port}/metrics").text

    assert 'watcher_polls_total{outcome="believed",surface="models"} 1.0' in text
    assert 'watcher_polls_total{outcome="lost",surface="zdr"} 1.0' in text
    assert 'watcher_records{kind="model"} 2.0' in text
    assert 'watcher_outbox_rows{receiver="log",state="queued"} 0.0' in text


def test_a_store_that_is_closed_is_said_to_be_unreadable(house: House, showing: Showing) -> None:
    port = free_port()
    showing.follow(under(house, port), lambda: WELL, never)
    house.store.close()
    (house.config.state / "watcher.db").rename(house.config.state / "elsewhere.db")

    text = httpx.get(f"http://127.0.0.1:{port}/metrics").text

    assert "watcher_store_readable 0.0" in text
    assert "watcher_alive 1.0" in text


def test_counts_outlast_a_reload_and_the_port_moves_with_it(house: House, showing: Showing) -> None:
    first, second = free_port(), free_port()
    with capture_logs() as logs:
        showing.follow(under(house, first), lambda: WELL, never)
        poll(house, showing)
        showing.follow(under(house, first), lambda: WELL, never)
        showing.follow(under(refitted(house, house.config, Addresses()), second), lambda: WELL, never)
        text = httpx.get(f"http://127.0.0.1:{second}/metrics").text
        showing.follow(under(house, None), lambda: WELL, never)

    assert 'watcher_polls_total{outcome="believed",surface="models"} 1.0' in text
    assert [entry["address"] for entry in logs] == [f"127.0.0.1:{first}", f"127.0.0.1:{second}"]
    for port in (first, second):
        with listening("127.0.0.1", port):
            pass


def test_a_taken_port_is_told_once_and_had_as_soon_as_it_is_free(house: House, showing: Showing) -> None:
    async def attend_until_shown() -> None:
        attending = asyncio.ensure_future(showing.attend(0.01))
        async with asyncio.timeout(20), httpx.AsyncClient() as client:
            while True:
                try:
                    answer = await client.get(f"http://127.0.0.1:{port}/healthz")
                except httpx.ConnectError:
                    await asyncio.sleep(0.01)
                    continue
                assert answer.status_code == HTTPStatus.OK
                break
        attending.cancel()

    async def attend_in_vain() -> None:
        attending = asyncio.ensure_future(showing.attend(0))
        for _ in range(20):
            await asyncio.sleep(0)
        attending.cancel()

    with capture_logs() as logs:
        with listening("127.0.0.1", 0) as taken:
            port = taken.getsockname()[1]
            showing.follow(under(house, port), lambda: WELL, never)
            asyncio.run(attend_in_vain())
        asyncio.run(attend_until_shown())

    assert [(entry["event"], entry.get("reason")) for entry in logs] == [
        ("web.refused", "Address already in use"),
        ("web.started", None),
    ]
