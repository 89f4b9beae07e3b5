from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from tests.cli.stage import free_port, mailbox
from watcher.daemon.heartbeat import Heartbeat


def test_each_beat_asks_for_the_url() -> None:
    async def beat() -> str:
        heartbeat = Heartbeat(box.url("alive"))
        beating = asyncio.ensure_future(heartbeat.run())
        heartbeat.beat()
        came = await asyncio.to_thread(box.next, "alive")
        beating.cancel()
        return came

    with mailbox() as box:
        came = asyncio.run(beat())

    assert came == ""


def test_a_ping_that_fails_is_told_once_without_its_url() -> None:
    async def beat(url: str) -> None:
        heartbeat = Heartbeat(url)
        beating = asyncio.ensure_future(heartbeat.run())
        for _ in range(2):
            heartbeat.beat()
            while not logs:  # noqa: ASYNC110  # a log has no event to wait for
                await asyncio.sleep(0)
        beating.cancel()

    with capture_logs() as logs:
        asyncio.run(beat(f"http://127.0.0.1:{free_port()}/secret-token"))

    assert [(entry["event"], entry["reason"]) for entry in logs] == [("heartbeat.failed", "ConnectError")]
