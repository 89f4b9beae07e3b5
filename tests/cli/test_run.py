from __future__ import annotations

import signal
from pathlib import Path

from tests.cli.stage import Daemon, catalog, configured, mailbox, quiet_poll, with_free

SECONDS = 10.0


def hooks(*urls: str) -> str:
    entries = [f"{{{url}, group_wait: 0s, group_interval: 0s, allow_private: true}}" for url in urls]
    return "{" + ", ".join(f"r{number}: {entry}" for number, entry in enumerate(entries)) + "}"


def test_a_change_is_told_once_to_each_target_also_across_a_kill(tmp_path: Path) -> None:
    before = quiet_poll()
    first = with_free(before, "first")
    second = with_free(first, "second")

    with catalog(before, first, second) as (base_url, replay), mailbox() as box:
        receivers = hooks(f"webhook: {box.url('ok')}", f'urls: ["{box.url("ok-apprise", "json")}"]')
        config = configured(tmp_path, base_url, receivers, f"heartbeat: {box.url('alive')}")
        with Daemon(config) as daemon:
            daemon.until("poll.judged", surfaces="endpoints")
            replay.step()
            told = {box.next("ok"), box.next("ok-apprise")} if _arrives_in_order(box) else set()
            daemon.until("delivery.sent")
            daemon.until("delivery.sent")
            daemon.end(signal.SIGKILL)
        box.rest()
        with Daemon(config):
            for _ in range(5):
                box.next("alive")
            replay.step()
            later = box.next("ok")
        assert len(told) <= 2
        assert "newcomer/second:free" in later
        assert "newcomer/first:free" not in later
