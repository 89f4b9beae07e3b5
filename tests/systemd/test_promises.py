"""What both units promise, the machine's and a person's, in a real systemd."""

from __future__ import annotations

import time

from tests.cli.stage import catalog, mailbox, quiet_poll, with_free
from tests.systemd.kept import SECRET, Kept


def test_a_message_is_signed_with_the_secret(kept: Kept) -> None:
    before = quiet_poll()

    with catalog(before, with_free(before, "first")) as (base_url, replay), mailbox() as box:
        kept.configure(base_url, hooks=box.url("")[:-1])
        kept.starts_believing()
        replay.step()
        told = box.next("hook")

    assert "newcomer/first:free" in told


def test_killed_it_comes_back(kept: Kept) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        kept.configure(base_url)
        kept.does("start")
        before = kept.shown("MainPID")
        kept.machine.told(f"kill -KILL {before}")
        kept.machine.until(kept.is_back)

        assert kept.shown("MainPID") != before


def test_a_loop_that_is_stuck_is_ended_with_its_stacks_and_started_anew(kept: Kept) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        kept.configure(base_url)
        kept.does("start")
        kept.machine.told(f"kill -USR1 {kept.shown('MainPID')}")
        began = time.monotonic()
        kept.machine.until(lambda: kept.shown("NRestarts") == "1")
        took = time.monotonic() - began
        kept.machine.until(kept.is_back)

    said = kept.says()
    assert took < 20
    assert "the event loop is stuck: it has been busy with one thing" in said
    assert "Watchdog timeout" in said
    assert "in stuck_here" in said
    assert said.count("(most recent call first)") > 3
    assert SECRET[6:] not in said


def test_a_good_configuration_takes_over_and_a_broken_one_is_told_of_and_changes_nothing(kept: Kept) -> None:
    until = kept.machine.until
    with catalog(quiet_poll()) as (base_url, _):
        good = kept.configure(base_url)
        kept.does("start")
        pid = kept.shown("MainPID")
        kept.does("reload")
        until(lambda: "config.reloaded" in kept.says())
        kept.write("rules: 3\n")
        kept.does("reload")
        until(lambda: "refused" in kept.status())
        _, says, wrong = kept.runs("status")
        kept.write(good)
        kept.does("reload")
        until(lambda: "refused" not in kept.status())
        code, mended, _ = kept.runs("status")

    assert (kept.shown("MainPID"), kept.shown("ActiveState")) == (pid, "active")
    assert "It says: the changed configuration is refused, the one read at " in says
    assert f"{kept.config}:1:8: rules" in wrong
    assert (code, f"Daemon: pid {pid}, runs since" in mended) == (0, True)


def test_under_load_it_stops_within_five_seconds(kept: Kept) -> None:
    before = quiet_poll()
    names = [f"stuck{number}" for number in range(6)]

    with catalog(before, with_free(before, "first")) as (base_url, replay), mailbox() as box:
        kept.configure(base_url, *names, hooks=box.url("")[:-1])
        kept.starts_believing()
        replay.step()
        for name in names:
            box.next(name)
        began = time.monotonic()
        kept.does("stop")
        took = time.monotonic() - began

    assert took < 5
    assert kept.shown("Result") == "success"
