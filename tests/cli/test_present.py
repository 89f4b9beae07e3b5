from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import BASE_URL, Run
from watcher.cli.moments import now
from watcher.config import load
from watcher.daemon.health.presence import Presence, show
from watcher.daemon.health.standing import Refused
from watcher.daemon.ledger import Ledger
from watcher.daemon.machine.disk import Space
from watcher.daemon.machine.machine import Machine
from watcher.store.processes import pid_space
from watcher.store.store import Store

PROBLEM = "config.yaml:1:8: rules: wants a list"


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


def present(config: Path, **facts: Any) -> None:
    """Leave what a daemon says that read its configuration an hour ago."""
    usual: dict[str, Any] = {
        "pid": 4242,
        "version": "1.0",
        "at": ago(seconds=5),
        "started_at": ago(hours=3),
        "configured_at": ago(hours=1),
        "sentence": "12 models, 30 endpoints",
    }
    (config.parent / "state").mkdir(exist_ok=True)
    show(config.parent / "state", Presence(**usual | facts))
    os.utime(config, (ago(hours=2).timestamp(), ago(hours=2).timestamp()))


def objects(watcher: Run, config: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in watcher("status", "--json", "-c", config).stdout.splitlines()]


def problems(watcher: Run, config: Path) -> list[str]:
    return [entry["message"] for entry in objects(watcher, config) if entry["type"] == "problem"]


def test_status_does_not_ask_for_a_daemon_that_runs_when_nothing_was_polled(watcher: Run, own: Path) -> None:
    present(own)

    (late,) = [problem for problem in problems(watcher, own) if "nothing was polled" in problem]

    assert late.endswith(": the daemon runs, and its log says why")


def test_status_tells_what_is_wrong_with_the_machine_until_it_is_over(watcher: Run, own: Path) -> None:
    settings, space = load(own, {}, targets=None), [Space(free=10**7, size=2 * 10**10)]
    with Store.open(settings.state, catalog=BASE_URL) as store:
        machine = Machine(settings.state, now, dict, probe=lambda: space[0], elapsed=lambda: 0.0)
        ledger = Ledger(store, settings.rulebook, {"terminal": (), "log": ()}, machine)

        ledger.enter(None, now())
        low = problems(watcher, own)
        space[0] = Space(free=10**10, size=2 * 10**10)
        ledger.enter(None, now())

    assert "disk: disk nearly full: 10 MB of 20.0 GB are free; when it is full, polls are lost" in low
    assert not any("disk" in problem for problem in problems(watcher, own))


def test_status_names_the_daemon_and_since_when_it_runs_on_which_configuration(
    watcher: Run, own: Path
) -> None:
    present(own)

    words = watcher("status", "-c", own).stdout
    (daemon,) = [entry for entry in objects(watcher, own) if entry["type"] == "daemon"]

    assert "Daemon: pid 4242, runs since 20" in words
    assert (daemon["alive"], daemon["status"], daemon["refused"]) == (True, "12 models, 30 endpoints", [])


def test_a_refused_configuration_and_each_ill_part_are_problems(watcher: Run, own: Path) -> None:
    refused = Refused(at=ago(minutes=2), problems=(PROBLEM, "config.yaml:9:1: another"))
    present(own, refused=refused, conditions=("nothing can be written for 5 min: the disk is full",))

    found = problems(watcher, own)

    assert found[0] == "nothing can be written for 5 min: the disk is full"
    assert found[1].startswith("the daemon refused a changed configuration at 20")
    assert found[1].endswith(f": {PROBLEM}")
    assert found[2].endswith(": config.yaml:9:1: another")


def test_a_daemon_that_says_nothing_is_a_problem_and_what_it_said_before_is_none(
    watcher: Run, own: Path
) -> None:
    present(own, at=ago(minutes=10), conditions=("the event loop is stuck",))

    found = problems(watcher, own)

    assert found[0] == "the daemon (pid 4242) has said nothing for 10 min: it hangs, or was killed"
    assert not any("the event loop" in problem for problem in found)


def test_a_daemon_that_was_killed_is_not_said_to_run(watcher: Run, own: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    present(own, pid=ended.pid, space=pid_space())

    words = watcher("status", "-c", own).stdout
    (daemon,) = [entry for entry in objects(watcher, own) if entry["type"] == "daemon"]

    assert f"Daemon: pid {ended.pid}, ran since 20" in words
    assert f"Problem: the daemon (pid {ended.pid}) was killed, or fell; it was last heard of at 20" in words
    assert daemon["alive"] is False


@pytest.mark.parametrize(
    ("reload", "advice"),
    [("signal", ["reload it (SIGHUP)"]), ("'off'", ["restart it"]), ("auto", [])],
)
def test_a_file_that_waits_to_be_read_again_is_a_problem_unless_it_is_read_by_itself(
    watcher: Run, own: Path, reload: str, advice: list[str]
) -> None:
    own.write_text(f"{own.read_text()}reload: {reload}\n")
    present(own, configured_at=ago(hours=3))

    found = [problem for problem in problems(watcher, own) if "has changed since" in problem]

    assert [problem.partition("read it: ")[2] for problem in found] == advice


@pytest.mark.parametrize("text", ["rules: 3\n", "rules: [\n", "state: state\nrules: {a: b\n"])
def test_of_a_broken_configuration_status_says_what_the_daemon_says_that_runs_on_an_earlier_one(
    watcher: Run, own: Path, text: str
) -> None:
    own.write_text(text)
    present(own, sentence="the changed configuration is refused")

    told = watcher("status", "-c", own)
    (daemon,) = objects(watcher, own)

    assert told.exit_code == 2
    assert "Daemon: pid 4242" in told.stdout
    assert "It says: the changed configuration is refused" in told.stdout
    assert f"{own}:" in told.stderr
    assert daemon["pid"] == 4242


def test_of_a_broken_configuration_without_a_daemon_it_tells_the_mistakes_alone(
    watcher: Run, own: Path
) -> None:
    own.write_text("rules: 3\n")

    told = watcher("status", "-c", own)

    assert (told.exit_code, told.stdout) == (2, "")
