"""The pages of a real daemon, asked as an operator and as Prometheus would."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.stage import PATIENCE, Daemon, catalog, configured, free_port, mailbox, quiet_poll, with_free


def shown(address: str) -> dict[str, float]:
    """Return what Prometheus reads: ``name{label="value"}`` and the number."""
    families = text_string_to_metric_families(httpx.get(f"http://{address}/metrics").text)
    return {
        sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def until_ready(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while httpx.get(f"http://{address}/readyz").status_code != 200:
        assert time.monotonic() < end, httpx.get(f"http://{address}/readyz").text
        time.sleep(0.05)


def test_a_daemon_shows_how_it_fares_from_its_first_poll_to_a_delivered_message(tmp_path: Path) -> None:
    before = quiet_poll()

    with catalog(before, with_free(before, "first")) as (base_url, replay), mailbox() as box:
        hook = f"{{hook: {{webhook: '{box.url('hook')}', allow_private: true, group_wait: 0s}}}}"
        config = configured(tmp_path, base_url, hook, "web: {listen: '127.0.0.1:0'}")
        with Daemon(config) as daemon:
            address = daemon.until("web.started")["address"]
            until_ready(address)
            replay.step()
            box.next("hook")
            daemon.until("delivery.sent")
            found = shown(address)
            health = httpx.get(f"http://{address}/healthz")
            code = daemon.end(signal.SIGTERM)

    assert (health.status_code, health.json()) == (200, {"alive": True, "problems": []})
    assert found["watcher_polls_total believed models"] >= 2
    assert found["watcher_alerts_total new-free-variant firing"] == 1
    assert found["watcher_changes_total model.added"] == 1
    assert found["watcher_delivery_attempts_total delivered hook"] == 1
    assert found["watcher_delivery_seconds_count hook"] == 1
    assert found["watcher_records model"] == len(before["models"]["data"]) + 1
    assert found["watcher_ready"] == 1
    assert code == 0


def test_a_port_that_is_taken_stops_no_watching_and_a_reload_moves_the_pages(tmp_path: Path) -> None:
    port = free_port()
    terminal = "{terminal: {console: true}}"

    with catalog(quiet_poll()) as (base_url, _), mailbox() as box:
        config = configured(tmp_path, base_url, terminal, f"web: {{listen: '127.0.0.1:{box.port}'}}")
        with Daemon(config) as daemon:
            refused = daemon.until("web.refused")
            daemon.until("poll.judged")
            configured(tmp_path, base_url, terminal, f"web: {{listen: '127.0.0.1:{port}'}}")
            daemon.until("web.started")
            right = shown(f"127.0.0.1:{port}")["watcher_config_last_reload_successful"]
            config.write_text("rules: 3\n")
            daemon.until("config.refused")
            wrong = shown(f"127.0.0.1:{port}")["watcher_config_last_reload_successful"]

    assert (refused["level"], refused["reason"]) == ("error", "Address already in use")
    assert (right, wrong) == (1, 0)
