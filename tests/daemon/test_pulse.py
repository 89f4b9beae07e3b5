from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.builders import NOON
from tests.cli.stage import catalog, configured, free_port, mailbox, quiet_poll, watcher
from watcher.catalog.names import Surface
from watcher.config import Config, HeartbeatSettings, HeartbeatStyle, Secret, parse
from watcher.daemon.health.health import Condition, Health, Remedy
from watcher.daemon.health.pulse import Pulse
from watcher.daemon.rounds.blind import blind, sentences
from watcher.daemon.rounds.plan import Ask, Plan
from watcher.judgement.state import State, SurfaceHealth
from watcher.rules.rule import Rule
from watcher.rules.rulebook import Rulebook

BOOK = Rulebook(rules=(Rule(name="catalog-trouble", trouble_after=3),), receivers=())
HOUR = timedelta(hours=1)
PLAN = Plan(
    asks={
        Surface.MODELS: Ask(rules=("price-change",), every=HOUR),
        Surface.ZDR: Ask(every=HOUR),
        Surface.PROVIDERS: Ask(rules=("x",), every=HOUR),
    }
)
WELL = Health(stands=True)
ILL = Health(
    stands=True, conditions=(Condition(part="lane", sentence="the lane has ended", remedy=Remedy.RESTART),)
)
FAILING = SurfaceHealth(attempted_at=NOON, failures=3, reason="HTTP 503")


def seeing(**healths: SurfaceHealth) -> State:
    return State(surfaces={Surface(name): health for name, health in healths.items()})


def test_a_surface_that_some_rule_needs_is_blind_after_as_many_polls_as_catalog_trouble_waits() -> None:
    once_more = replace(FAILING, failures=2)

    assert blind(seeing(models=FAILING, providers=once_more), PLAN, BOOK) == {Surface.MODELS: "HTTP 503"}
    assert blind(seeing(models=once_more), PLAN, BOOK) == {}
    assert sentences({Surface.MODELS: "HTTP 503"}) == ("models: no believed poll: HTTP 503",)


def test_a_surface_that_no_rule_needs_is_nobodys_trouble() -> None:
    assert blind(seeing(zdr=FAILING, frontend=FAILING), PLAN, BOOK) == {}


def asking(heartbeat: HeartbeatSettings | None) -> Config:
    settings = parse("rules: [{use: new-free-variant}, {use: catalog-trouble, after: 3}]\n", {})
    return replace(settings, heartbeat=heartbeat)


def eloquent(url: str) -> HeartbeatSettings:
    return HeartbeatSettings(url=Secret(url), style=HeartbeatStyle.HEALTHCHECKS)


def test_a_reload_that_leaves_the_heartbeat_alone_is_no_start() -> None:
    with mailbox() as box:
        pulse = Pulse()
        pulse.follow(asking(eloquent(box.url("one"))), lambda: WELL)
        assert box.next("one/start") == ""

        pulse.follow(asking(eloquent(box.url("one"))), lambda: WELL)
        pulse.follow(asking(eloquent(box.url("two"))), lambda: WELL)
        assert box.next("two/start") == ""
        pulse.lost(Surface.MODELS, "the disk is full")
        assert box.next("two/fail") == "models: the poll could not be written down: the disk is full"
        pulse.follow(asking(None), lambda: WELL)
        pulse.lost(None, "the disk is full")

    assert box.left("one/start") == 0


def test_after_each_poll_the_heartbeat_says_how_we_are() -> None:
    health = [WELL]
    with mailbox() as box:
        pulse = Pulse()
        pulse.follow(asking(eloquent(box.url("one"))), lambda: health[0])
        assert box.next("one/start") == ""

        pulse.judged(seeing(), PLAN)
        assert box.next("one") == ""
        pulse.judged(seeing(models=FAILING), PLAN)
        assert box.next("one/fail") == "models: no believed poll: HTTP 503"
        health[0] = ILL
        pulse.judged(seeing(), PLAN)
        assert box.next("one/fail") == "the lane has ended"


def test_a_single_sweep_tells_of_its_start_and_its_success(tmp_path: Path) -> None:
    with catalog(quiet_poll()) as (base_url, _), mailbox() as box:
        heartbeat = f"heartbeat: {{url: '{box.url('uuid')}', style: healthchecks}}"
        config = configured(tmp_path, base_url, "{terminal: {console: true}}", heartbeat)

        done = watcher("once", "-c", config)

        assert (done.returncode, list(box.arrived)) == (0, ["uuid/start", "uuid"])


def test_a_single_sweep_that_saw_nothing_says_so(tmp_path: Path) -> None:
    with mailbox() as box:
        heartbeat = f"heartbeat: {{url: '{box.url('uuid')}', style: healthchecks}}"
        nowhere = f"http://127.0.0.1:{free_port()}"
        config = configured(tmp_path, nowhere, "{terminal: {console: true}}", heartbeat)

        done = watcher("once", "-c", config)
        said = box.next("uuid/fail")

    assert done.returncode == 3
    assert "models: no believed poll: " in said
