from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from structlog.testing import capture_logs

from tests.daemon.manager import Manager, manager
from tests.daemon.test_ledger import seen
from tests.simulator.clocks import Clock
from watcher.config import load
from watcher.daemon.addresses import Addresses
from watcher.daemon.health.attendant import Attendant, attended
from watcher.daemon.health.notify import Notifier
from watcher.daemon.health.presence import Presence
from watcher.daemon.health.presence import seen as present
from watcher.daemon.health.vitals import Vitals
from watcher.daemon.house import House, open_house, refitted
from watcher.store import mark

CONFIG = """\
timezone: Europe/London
receivers: {log: {file: alerts.jsonl}}
rules: [{use: new-free-variant}]
"""


@contextmanager
def opened(folder: Path) -> Iterator[House]:
    path = folder / "config.yaml"
    path.write_text(CONFIG)
    config = load(path, {}, targets=None)
    with open_house(config, config.rulebook, Addresses(), clock=Clock()) as house:
        house.ledger.enter(replace(seen("a/b", "a/c"), at=house.clock()), house.clock())
        yield house


def attendant_of(house: House, systemd: Manager) -> tuple[Attendant, Vitals]:
    vitals = Vitals(house.dispatcher.signs)
    return Attendant(house, vitals, Notifier(systemd.address)), vitals


def presence_in(house: House) -> Presence:
    found = present(house.config.state)
    assert found is not None
    return found


def test_a_round_tells_systemd_and_leaves_the_same_sentence_for_status(tmp_path: Path) -> None:
    with opened(tmp_path) as house, manager(tmp_path / "sock") as systemd:
        attendant_of(house, systemd)[0].go_round()

        said = systemd.next()
        presence = presence_in(house)

    assert said == "STATUS=2 models, 0 endpoints; models believed 0 s ago; 0 messages waiting"
    assert said == f"STATUS={presence.sentence}"
    assert (presence.at, presence.refused) == (house.clock(), None)


def test_ready_is_said_once_and_what_polls_first_is_logged(tmp_path: Path) -> None:
    with opened(tmp_path) as house, manager(tmp_path / "sock") as systemd, capture_logs() as logs:
        attendant, vitals = attendant_of(house, systemd)
        before = vitals.health().stands
        attendant.stand({})
        attendant.stand({})
        attendant.go_round()
        said = [systemd.next(), systemd.next()]

    assert (before, vitals.health().stands) == (False, True)
    assert said[0] == "READY=1"
    assert said[1].startswith("STATUS=")
    assert [entry["event"] for entry in logs if entry["event"] == "daemon.ready"] == ["daemon.ready"]


def test_a_reload_is_over_when_what_came_of_it_is_told_and_a_refusal_stays_in_view_until_it_is_mended(
    tmp_path: Path,
) -> None:
    problem = "config.yaml:1:8: rules: wants a list"
    with opened(tmp_path) as house, manager(tmp_path / "sock") as systemd:
        attendant, _ = attendant_of(house, systemd)
        attendant.begun()
        attendant.refused([problem])
        attendant.go_round()
        broken = [systemd.next() for _ in range(3)]
        seen_broken = presence_in(house).refused
        attendant.begun()
        attendant.renewed(refitted(house, house.config, Addresses()))
        attendant.go_round()
        mended = [systemd.next() for _ in range(3)]
        seen_mended = presence_in(house).refused

    assert broken[0].startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert broken[1].startswith("STATUS=the changed configuration is refused, the one read at ")
    assert broken[2] == "READY=1"
    assert seen_broken is not None
    assert seen_broken.problems == (problem,)
    assert "refused" not in mended[1]
    assert mended[2] == "READY=1"
    assert seen_mended is None


def test_each_minute_something_is_written_to_the_disk(tmp_path: Path) -> None:
    with opened(tmp_path) as house, manager(tmp_path / "sock") as systemd:
        assert isinstance(house.clock, Clock)
        attendant, _ = attendant_of(house, systemd)
        before = writes(house)
        for _ in range(4):
            attendant.go_round()
            house.clock.forward(seconds=20)
        counted = writes(house) - before

    assert counted == 2


def writes(house: House) -> int:
    """Return how many transactions the state has seen."""
    found = mark.read(house.config.state)
    assert found is not None
    return found.writes


def test_a_store_that_refuses_to_be_written_is_a_condition_and_the_rounds_go_on(tmp_path: Path) -> None:
    seconds = [0.0]
    with opened(tmp_path) as house, manager(tmp_path / "sock") as systemd:
        assert isinstance(house.clock, Clock)
        vitals = Vitals(clock=lambda: seconds[0])
        attendant = Attendant(house, vitals, Notifier(systemd.address))
        with full_disk():
            attendant.go_round()
            seconds[0] += 180
            house.clock.forward(minutes=3)
            attendant.go_round()
            ill = vitals.health()
            told = presence_in(house).conditions
        house.clock.forward(minutes=1)
        attendant.go_round()
        well = vitals.health()

    assert ill.is_alive
    assert ill.sentences[0].startswith("nothing can be written for 3 min: ")
    assert "disk or a quota is full" in told[0]
    assert well.conditions == ()


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow beyond what a few lines need."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_rounds_are_gone_until_the_end_and_then_nobody_is_present(tmp_path: Path) -> None:
    with opened(tmp_path) as house, manager(tmp_path / "sock") as systemd:
        notifier = Notifier(systemd.address)
        with attended(house, Vitals(house.dispatcher.signs), notifier) as attendant:
            systemd.until("STATUS=")
            attendant.refused(["config.yaml:1:8: rules: wants a list"])
            systemd.until_status("the changed configuration is refused")

        assert present(house.config.state) is None
