"""A stage for whole processes: a catalog that is stepped by hand, receivers on loopback, and the command."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from watcher.simulator.replay import Pace, Replay
from watcher.simulator.server import Server
from watcher.simulator.simulation import Simulation

ROOT = Path(__file__).parents[2]
PROGRAM = "from watcher.cli import main; main(prog_name='watcher')"
PATIENCE = 60.0
NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)
FREE = {"prompt": "0", "completion": "0"}

Poll = dict[str, Any]


def quiet_poll(models: int = 12) -> Poll:
    """Return what a small simulated catalog answers."""
    return Simulation(seed=1, models=models, clock=lambda: NOON, start=NOON).poll_line(NOON)


def with_free(poll: Poll, name: str) -> Poll:
    """Return the poll with one more model, which is free."""
    after = copy.deepcopy(poll)
    rows = after["models"]["data"]
    row = copy.deepcopy(next(row for row in rows if ":" not in row["id"] and not row["id"].startswith("~")))
    row |= {"id": f"newcomer/{name}:free", "canonical_slug": f"newcomer/{name}", "pricing": dict(FREE)}
    row |= {"name": name, "alias_target": None}
    rows.append({key: value for key, value in row.items() if value is not None})
    after["models"]["total_count"] = len(rows)
    after["endpoints"][row["id"]] = {"data": {"id": row["id"], "endpoints": []}}
    return after


@contextlib.contextmanager
def catalog(*polls: Poll) -> Iterator[tuple[str, Replay]]:
    """Serve polls; each ``step`` of the replay serves the next."""
    replay = Replay(polls, pace=Pace.STEP, clock=lambda: NOON)
    with Server(replay) as server:
        yield server.base_url, replay


@dataclass(slots=True)
class Mailbox:
    """Receivers on loopback, one for each path: ``/stuck…`` never answers, all others take what comes."""

    port: int
    arrived: dict[str, queue.Queue[str]] = field(default_factory=lambda: defaultdict(queue.Queue))
    over: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/{path}"

    def next(self, path: str) -> str:
        """Wait for the next body that comes to a path."""
        return self.arrived[path].get(timeout=PATIENCE)

    def left(self, path: str) -> int:
        """Return how many came to a path that nobody looked at."""
        return self.arrived[path].qsize()


@contextlib.contextmanager
def mailbox(port: int = 0) -> Iterator[Mailbox]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server's name
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            found.arrived[self.path.removeprefix("/")].put(body)
            if self.path.startswith("/stuck"):
                found.over.wait()
                return
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815  # as above

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    found = Mailbox(server.server_address[1])
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield found
    finally:
        found.over.set()
        server.shutdown()
        server.server_close()


def configured(folder: Path, base_url: str, receivers: str, *more: str) -> Path:
    """Write a configuration whose polls are a second apart."""
    path = folder / "config.yaml"
    lines = (
        f"catalog: {{base_url: {base_url}, confirm_after: 0s, max_requests_per_minute: 6000,",
        "  every: {models: 1s, endpoints: 1s, providers: 1s, zdr: 1s, frontend: 1s}}",
        f"receivers: {receivers}",
        "rules: [{use: new-free-variant}, {use: data-policy-flip}, {use: uptime-drop}]",
        *more,
    )
    path.write_text("\n".join(lines) + "\n")
    return path


def watcher(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a verb to its end."""
    return subprocess.run(
        _command(arguments), capture_output=True, text=True, timeout=PATIENCE, check=False, env=_environment()
    )


def started(*arguments: str | Path) -> subprocess.Popen[str]:
    """Start a verb; the caller ends it."""
    return spawned(_command(arguments))


def spawned(command: Sequence[str], **environment: str) -> subprocess.Popen[str]:
    """Start a program that finds our packages; the caller ends it."""
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment() | environment,
    )


class Daemon:
    """``watcher run`` as a process; it is killed when the test is over, or takes too long.

    ``process`` is one that somebody else started.
    """

    def __init__(self, config: Path, process: subprocess.Popen[str] | None = None) -> None:
        self._process = process or started("run", "-c", config)
        self._alarm = threading.Timer(PATIENCE, self._process.kill)
        self._alarm.start()
        self.events: list[dict[str, Any]] = []

    @property
    def pid(self) -> int:
        return self._process.pid

    def until(self, event: str, **fields: object) -> dict[str, Any]:
        """Read the log until an event with these fields comes."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            found: dict[str, Any] = json.loads(line)
            self.events.append(found)
            if found["event"] == event and fields.items() <= found.items():
                return found
        raise AssertionError(f"the daemon ended without {event}: {self.events}")

    def until_each(self, field: str, values: Iterable[str]) -> None:
        """Read the log until every value stood in a field."""
        missing = set(values)
        assert self._process.stderr is not None
        while missing:
            line = self._process.stderr.readline()
            assert line, f"the daemon ended without {missing}: {self.events}"
            self.events.append(json.loads(line))
            missing.discard(self.events[-1].get(field, ""))

    def rest(self) -> str:
        """Return what it says until it ends."""
        return "".join(self._process.communicate())

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self) -> int:
        """Wait until it ends by itself and return the exit code."""
        self._process.communicate()
        return self._process.returncode

    def end(self, number: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        self._process.send_signal(number)
        self._process.communicate()
        return self._process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._alarm.cancel()
        self._process.kill()
        self._process.communicate()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def _command(arguments: Sequence[str | Path]) -> list[str]:
    return [sys.executable, "-c", PROGRAM, *map(str, arguments)]


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
