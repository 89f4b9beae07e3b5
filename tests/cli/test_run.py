from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.cli.stage import Daemon, catalog, configured, free_port, mailbox, quiet_poll, watcher, with_free

TERMINAL = "{terminal: {console: true}}"


def hooks(**targets: str) -> str:
    """Return receivers that are told at once."""
    gates = "group_wait: 0s, group_interval: 0s, allow_private: true"
    return "{" + ", ".join(f"{name}: {{{target}, {gates}}}" for name, target in targets.items()) + "}"


def test_each_target_is_told_once_also_when_the_daemon_is_killed_afterwards(tmp_path: Path) -> None:
    before = quiet_poll()
    first = with_free(before, "first")
    second = with_free(first, "second")

    with catalog(before, first, second) as (base_url, replay), mailbox() as box:
        receivers = hooks(
            hook=f"webhook: {box.url('hook')}", service=f'urls: ["{box.url("service", "json")}"]'
        )
        config = configured(tmp_path, base_url, receivers, f"heartbeat: {box.url('alive')}")
        with Daemon(config) as daemon:
            daemon.until("poll.judged", surfaces="endpoints")
            replay.step()
            told = [box.next("hook"), box.next("service")]
            daemon.until("delivery.sent")
            daemon.until("delivery.sent")
            daemon.end(signal.SIGKILL)
        with Daemon(config):
            for _ in range(box.left("alive") + 5):
                box.next("alive")
            replay.step()
            later = [box.next("hook"), box.next("service")]

        assert all("newcomer/first:free" in body for body in told)
        assert all("newcomer/second:free" in body and "newcomer/first" not in body for body in later)
        assert (box.left("hook"), box.left("service")) == (0, 0)


@pytest.mark.fault("killed in the middle of a send")
def test_what_was_being_sent_when_the_daemon_was_killed_is_sent_again_and_says_so(tmp_path: Path) -> None:
    before = quiet_poll()

    with catalog(before, with_free(before, "first")) as (base_url, replay), mailbox() as box:
        config = configured(tmp_path, base_url, hooks(hook=f"webhook: {box.url('stuck')}"))
        with Daemon(config) as daemon:
            daemon.until("poll.judged", surfaces="endpoints")
            replay.step()
            cut = box.next("stuck")
            daemon.end(signal.SIGKILL)
        with Daemon(config):
            again = box.next("stuck")

        assert "newcomer/first:free" in cut
        assert "newcomer/first:free" in again
        assert box.left("stuck") == 0


@pytest.mark.fault("an exit with stuck sends")
def test_sigterm_ends_the_daemon_within_seconds_though_a_receiver_hangs(tmp_path: Path) -> None:
    before = quiet_poll()

    with catalog(before, with_free(before, "first")) as (base_url, replay), mailbox() as box:
        config = configured(tmp_path, base_url, hooks(hook=f"webhook: {box.url('stuck')}"))
        with Daemon(config) as daemon:
            daemon.until("poll.judged", surfaces="endpoints")
            replay.step()
            box.next("stuck")
            began = time.monotonic()
            code = daemon.end(signal.SIGTERM)
            took = time.monotonic() - began

    assert code == 0
    assert took < 10


def test_a_second_signal_ends_the_daemon_at_once(tmp_path: Path) -> None:
    before = quiet_poll()

    with catalog(before, with_free(before, "first")) as (base_url, replay), mailbox() as box:
        config = configured(tmp_path, base_url, hooks(hook=f"webhook: {box.url('stuck')}"))
        with Daemon(config) as daemon:
            daemon.until("poll.judged", surfaces="endpoints")
            replay.step()
            box.next("stuck")
            daemon.send(signal.SIGINT)
            daemon.until("daemon.stopping")
            code = daemon.end(signal.SIGINT)

    assert code == 128 + signal.SIGINT


@pytest.mark.fault("two daemons on one state")
def test_a_second_daemon_on_one_state_names_the_first_and_leaves(tmp_path: Path) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        config = configured(tmp_path, base_url, TERMINAL)
        with Daemon(config) as daemon:
            daemon.until("daemon.started")
            second = watcher("run", "-c", config)
            single = watcher("once", "-c", config)

    assert (second.returncode, single.returncode) == (1, 1)
    assert f"pid {daemon.pid}" in second.stderr
    assert f"pid {daemon.pid}" in single.stderr


@pytest.mark.fault("the connection is refused")
def test_a_dead_catalog_is_told_of_and_deliveries_go_on(tmp_path: Path) -> None:
    with mailbox() as box:
        config = configured(
            tmp_path, f"http://127.0.0.1:{free_port()}", hooks(hook=f"webhook: {box.url('hook')}")
        )
        with Daemon(config) as daemon:
            refused = daemon.until("poll.refused", surface="models")
            told = box.next("hook")
            code = daemon.end(signal.SIGTERM)

    assert "ConnectError" in refused["reason"]
    assert "catalog-trouble" in told
    assert code == 0


@pytest.mark.fault("a reload with a broken file")
def test_a_changed_configuration_takes_over_and_a_broken_one_does_not(tmp_path: Path) -> None:
    before = quiet_poll()
    first = with_free(before, "first")

    with catalog(before, first, with_free(first, "second")) as (base_url, replay), mailbox() as box:
        config = configured(tmp_path, base_url, hooks(hook=f"webhook: {box.url('old')}"))
        with Daemon(config) as daemon:
            daemon.until("poll.judged", surfaces="endpoints")
            configured(tmp_path, base_url, hooks(hook=f"webhook: {box.url('new')}"))
            daemon.until("config.reloaded")
            replay.step()
            told = box.next("new")
            config.write_text("rules: 3\n")
            refused = daemon.until("config.refused")
            replay.step()
            later = box.next("new")
            code = daemon.end(signal.SIGTERM)

    assert "newcomer/first:free" in told
    assert "config.yaml:1:8: rules" in refused["reason"]
    assert "newcomer/second:free" in later
    assert "newcomer/first:free" not in later
    assert (box.left("old"), code) == (0, 0)
