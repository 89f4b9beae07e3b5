"""The daemon as a service manager sees it: a real process, and the socket that it is told by."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.stage import (
    PROGRAM,
    Daemon,
    catalog,
    configured,
    free_port,
    mailbox,
    quiet_poll,
    spawned,
    watcher,
    with_free,
)
from tests.daemon.manager import Manager, manager

TERMINAL = "{terminal: {console: true}}"
BROKEN = "rules: 3\n"


CAN_BE_STUCK = """
import os, signal, threading

def stuck_here(*_):
    os.write(2, b'{"event": "stuck"}\\n')
    threading.Event().wait()

signal.signal(signal.SIGUSR1, stuck_here)
from watcher.cli import main
main(prog_name="watcher")
"""
"""The command, with a loop that SIGUSR1 brings to a standstill."""


@contextlib.contextmanager
def supervised(
    config: Path, program: str = PROGRAM, *, watchdog: float = 60
) -> Iterator[tuple[Daemon, Manager]]:
    """Run the daemon under a manager that expects a ping within so many seconds."""
    with manager(f"@catalog-watcher-{os.getpid()}-{time.monotonic_ns()}") as systemd:
        environment = {"NOTIFY_SOCKET": systemd.address, "WATCHDOG_USEC": str(round(watchdog * 1_000_000))}
        process = spawned([sys.executable, "-c", program, "run", "-c", str(config)], **environment)
        with Daemon(config, process) as daemon:
            yield daemon, systemd


def test_it_is_ready_when_its_first_poll_is_planned_and_pings_while_upstream_is_dead(tmp_path: Path) -> None:
    config = configured(tmp_path, f"http://127.0.0.1:{free_port()}", TERMINAL)

    with supervised(config, watchdog=0.6) as (daemon, systemd):
        systemd.until("READY=1")
        ready = daemon.until("daemon.ready")
        for _ in range(5):
            systemd.until("WATCHDOG=1")
        daemon.until("poll.refused", surface="models")
        code = daemon.end(signal.SIGTERM)
        systemd.until("STOPPING=1")

    assert ready["first_poll"] == "models"
    assert systemd.heard.count("READY=1") == 1
    assert code == 0


def test_a_wrong_configuration_never_says_ready(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(BROKEN)

    with supervised(config) as (daemon, systemd):
        code = daemon.wait()
        is_silent = not systemd.has_more()

    assert code == 2
    assert is_silent


def test_sighup_is_answered_with_reloading_and_ready_and_a_broken_file_with_a_status(tmp_path: Path) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        config = configured(tmp_path, base_url, TERMINAL, "reload: signal")
        with supervised(config) as (daemon, systemd):
            systemd.until("READY=1")
            daemon.send(signal.SIGHUP)
            reloading = systemd.until("RELOADING=1")
            systemd.until("READY=1")
            daemon.until("config.reloaded")
            whole = config.read_text()
            config.write_text(BROKEN)
            daemon.send(signal.SIGHUP)
            systemd.until("RELOADING=1")
            systemd.until("READY=1")
            said = systemd.until_status("refused")
            beside = watcher("status", "-c", config)
            config.write_text(whole)
            daemon.send(signal.SIGHUP)
            systemd.until("READY=1")
            systemd.until_status("12 models")
            mended = watcher("status", "-c", config)

    assert "MONOTONIC_USEC=" in reloading
    assert "the changed configuration is refused" in said
    assert "config.yaml:1:8: rules" in beside.stderr
    assert "It says: the changed configuration is refused" in beside.stdout
    assert f"Daemon: pid {daemon.pid}, runs since" in mended.stdout
    assert (beside.returncode, mended.returncode) == (2, 0)


def test_a_loop_that_is_stuck_is_not_pinged_for_and_its_stack_is_told_when_it_is_ended(
    tmp_path: Path,
) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        config = configured(tmp_path, base_url, TERMINAL, "heartbeat: http://127.0.0.1:9/secret-token")
        with supervised(config, CAN_BE_STUCK, watchdog=0.6) as (daemon, systemd):
            systemd.until("READY=1")
            systemd.until("WATCHDOG=1")
            daemon.send(signal.SIGUSR1)
            failed = daemon.until("health.failed")
            while systemd.has_more():
                systemd.next()
            with pytest.raises(queue.Empty):
                systemd.until("WATCHDOG=1", within=1.0)
            daemon.send(signal.SIGABRT)
            rest = daemon.rest()
            code = daemon.wait()

    assert failed["part"] == "the event loop"
    assert code == -signal.SIGABRT
    assert "stuck_here" in rest
    assert "Current thread" in rest
    assert rest.count("File ") > 10
    assert "secret-token" not in rest


def test_sigterm_under_load_ends_it_within_five_seconds(tmp_path: Path) -> None:
    before = quiet_poll()

    with catalog(before, with_free(before, "first")) as (base_url, replay), mailbox() as box:
        names = [f"stuck{number}" for number in range(6)]
        gates = "group_wait: 0s, group_interval: 0s, allow_private: true"
        receivers = ", ".join(f"{name}: {{webhook: {box.url(name)}, {gates}}}" for name in names)
        config = configured(tmp_path, base_url, f"{{{receivers}}}")
        with supervised(config) as (daemon, systemd):
            daemon.until("poll.judged", surfaces="endpoints")
            replay.step()
            for name in names:
                box.next(name)
            began = time.monotonic()
            code = daemon.end(signal.SIGTERM)
            took = time.monotonic() - began
            systemd.until("STOPPING=1")

    assert code == 0
    assert took < 5


def test_sigterm_ends_it_within_five_seconds_though_the_catalog_never_answers(tmp_path: Path) -> None:
    with mailbox() as box:
        config = configured(tmp_path, f"http://127.0.0.1:{box.port}/stuck", TERMINAL)
        with supervised(config) as (daemon, systemd):
            systemd.until("READY=1")
            box.next("stuck/api/v1/models?output_modalities=all")
            began = time.monotonic()
            code = daemon.end(signal.SIGTERM)
            took = time.monotonic() - began

    assert code == 0
    assert took < 5


def test_what_holds_the_end_up_beyond_our_reach_is_abandoned_in_time(tmp_path: Path) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        config = configured(tmp_path, base_url, TERMINAL)
        with supervised(config, CAN_BE_STUCK) as (daemon, systemd):
            systemd.until("READY=1")
            daemon.send(signal.SIGUSR1)
            daemon.until("stuck")
            began = time.monotonic()
            daemon.send(signal.SIGTERM)
            daemon.until("daemon.abandoned")
            code = daemon.wait()
            took = time.monotonic() - began

    assert code == 0
    assert took < 5
