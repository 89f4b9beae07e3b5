"""Kills at random moments, with receivers that fail: nothing lost, few repeats, an empty outbox at the end.

    python -m tests.benchmarks.random_kills [--kills 24] [--seed 1]

Not part of the suite, which kills at named points (``tests/acceptance``): a run takes about a minute.
"""

from __future__ import annotations

import argparse
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.acceptance.lives import configured, life, newcomers, undelivered
from tests.cli.stage import catalog, watcher

LANES = ("sound", "flaky", "busy", "service")
REFUSED = 0.4
"""So many tries of the failing receivers are answered with 500 or 429."""

PATIENCE = 60.0


class Judge:
    """Receivers that answer after a while, and take down what they accepted."""

    def __init__(self, luck: random.Random) -> None:
        self._luck = luck
        self._lock = threading.Lock()
        self.accepted: list[tuple[str, str]] = []
        self.is_mild = False

    def answer(self, lane: str, body: str) -> int:
        with self._lock:
            pause, refused = self._luck.random() * 0.3, self._luck.random() < REFUSED
        time.sleep(0 if self.is_mild else pause)
        if refused and lane != "sound" and not self.is_mild:
            return 429 if lane == "busy" else 500
        with self._lock:
            self.accepted.append((lane, body))
        return 200


def served(judge: Judge) -> ThreadingHTTPServer:
    """Return the receivers, listening."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self.send_response(judge.answer(self.path.strip("/"), body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a killed peer resets its connection
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main(kills: int, seed: int) -> None:
    luck = random.Random(seed)  # noqa: S311  # no secret
    judge = Judge(random.Random(seed + 1))  # noqa: S311  # no secret
    receivers = served(judge)
    port = receivers.server_address[1]
    polls, names = newcomers(kills + 1)
    targets = [f"webhook: http://127.0.0.1:{port}/{lane}" for lane in LANES[:-1]]
    targets.append(f'urls: ["json://127.0.0.1:{port}/{LANES[-1]}"]')
    with tempfile.TemporaryDirectory() as folder, catalog(*polls) as (base_url, replay):
        config = configured(Path(folder), base_url, *targets)
        with life(config) as daemon:
            daemon.until("poll.judged")
        for _ in range(kills):
            replay.step()
            with life(config) as daemon:
                daemon.until("daemon.started")
                time.sleep(luck.random() * 1.5)
                daemon.end(signal.SIGKILL)
        judge.is_mild = True
        replay.step()
        began = time.monotonic()
        with life(config) as daemon:
            while not _told(names[-1], judge) and time.monotonic() - began < PATIENCE:
                time.sleep(0.1)
            watcher("outbox", "retry", "-c", config)
            daemon.end(signal.SIGTERM)
        with life(config) as daemon:
            daemon.until("daemon.started")
            while (left := undelivered(config, base_url)) and time.monotonic() - began < PATIENCE:
                time.sleep(0.1)
            daemon.end(signal.SIGTERM)
    receivers.shutdown()
    _report(kills, names, judge.accepted, left)


def _told(name: str, judge: Judge) -> bool:
    return {lane for lane, body in judge.accepted if name in body} == set(LANES)


def _report(kills: int, names: Sequence[str], accepted: Sequence[tuple[str, str]], left: int) -> None:
    times = Counter((lane, name) for lane, body in accepted for name in names if name in body)
    lost = sum(times[lane, name] == 0 for lane in LANES for name in names)
    repeats = sum(count - 1 for count in times.values())
    print(
        f"{kills} kills, {len(names)} alerts to {len(LANES)} targets: {lost} lost, {repeats} repeated "
        f"(at most {kills * len(LANES)} may be), {left} rows left in the outbox"
    )
    if lost or left or repeats > kills * len(LANES):
        raise SystemExit(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    main(given.kills, given.seed)
