"""One running daemon before a server that tells one lie after the other."""

from __future__ import annotations

import contextlib
import copy
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.stage import PROGRAM, ROOT, Poll, catalog, quiet_poll, with_free
from tests.faults.liar import LIES, Liar, lying_before, remembered

PEAK = 150
"""MB that the daemon may take."""

CONFIG = """\
catalog: {{base_url: {base_url}, confirm_after: 5s, max_requests_per_minute: 60000,
  every: {{models: 1s, endpoints: 1s, providers: 1s, zdr: 1s, frontend: 1s}}}}
receivers: {{log: {{file: told.jsonl, group_wait: 0s, group_interval: 0s}}}}
rules:
  - use: new-free-variant
  - use: free-variant-gone
  - {{use: price-change, for: 5s}}
  - {{use: data-policy-flip, direction: any}}
  - use: uptime-drop
  - use: model-removed
  - use: model-added
  - use: context-change
  - use: capability-lost
  - use: quantization-downgrade
  - use: deprecation
  - use: provider-added
  - use: provider-removed
  - use: terms-changed
  - use: alias-retargeted
"""


def with_dearer(poll: Poll, count: int) -> tuple[Poll, list[str]]:
    """Double the prices of one single-provider model of each of several providers; return their ids too."""
    after = copy.deepcopy(poll)
    found: dict[str, str] = {}
    for name, answer in after["endpoints"].items():
        rows = answer["data"]["endpoints"]
        if len(found) < count and len(rows) == 1 and is_plain(rows[0]) and rows[0]["tag"] not in found:
            found[rows[0]["tag"]] = name
            double(rows[0]["pricing"])
            double(next(row for row in after["models"]["data"] if row["id"] == name)["pricing"])
    return after, list(found.values())


def is_plain(row: dict[str, Any]) -> bool:
    pricing = row["pricing"]
    return float(pricing["prompt"]) > 0 and not pricing.get("overrides")


def double(pricing: dict[str, Any]) -> None:
    pricing |= {meter: str(float(pricing[meter]) * 2) for meter in ("prompt", "completion")}


def with_training(poll: Poll) -> tuple[Poll, str]:
    """Let one provider train from now on; return its slug too."""
    after = copy.deepcopy(poll)
    row = next(row for row in after["frontend_providers"]["data"] if row["dataPolicy"]["training"] is False)
    row["dataPolicy"]["training"] = True
    return after, str(row["slug"])


def old_bodies(base_url: str, paths: Sequence[str]) -> dict[str, bytes]:
    """Return what a catalog says now."""
    host, _, port = base_url.removeprefix("http://").partition(":")
    bodies = {}
    for path in paths:
        connection = http.client.HTTPConnection(host, int(port), timeout=20)
        connection.request("GET", path)
        bodies[path] = connection.getresponse().read()
        connection.close()
    return bodies


def told_in(folder: Path) -> set[tuple[str, str]]:
    path = folder / "told.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    alerts = [alert for line in lines for alert in json.loads(line)["alerts"]]
    return {(alert["rule"], alert["subject"]) for alert in alerts if alert["rule"] != "catalog-trouble"}


@dataclass(slots=True)
class Running:
    """A daemon whose log goes to a file: it says more than a pipe holds."""

    process: subprocess.Popen[bytes]
    path: Path

    def log(self) -> str:
        return self.path.read_text()

    def peak(self) -> float:
        """Return the most memory it ever had, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


@contextlib.contextmanager
def running(config: Path) -> Iterator[Running]:
    path = config.with_name("log")
    command = [sys.executable, "-c", PROGRAM, "run", "-c", str(config)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    with (
        path.open("w") as log,
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, env=environment) as process,
    ):
        try:
            yield Running(process, path)
        finally:
            process.kill()


def until(done: Callable[[], bool], seconds: float) -> None:
    """Wait until something is so, or no longer."""
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.1)


@pytest.mark.fault("one regressed edge copy", "half a catalog", "a gzip bomb", "50 MB")
def test_whatever_a_server_says_one_lie_after_the_other_a_daemon_tells_the_truth_only_and_all_of_it(
    tmp_path: Path,
) -> None:
    first = quiet_poll(40)
    dearer, names = with_dearer(first, 4)
    freed = with_free(dearer, "first")
    trained, slug = with_training(freed)
    last = with_free(trained, "second")
    truths = {("price-change", name) for name in names}
    truths |= {(rule, f"newcomer/{name}:free") for name in ("first", "second") for rule in ADDED}
    truths |= {("data-policy-flip", slug)}

    with catalog(first, dearer, freed, trained, last) as (base_url, replay), lying_before(base_url) as liar:
        config = tmp_path / "config.yaml"
        config.write_text(CONFIG.format(base_url=liar.base_url))
        with running(config) as daemon:
            until(lambda: '"surfaces":"endpoints"' in daemon.log(), 30)
            paths = [f"/api/v1/models/{name}/endpoints" for name in first["endpoints"]]
            old = remembered(old_bodies(base_url, paths))
            heard = {}
            for number, (name, lie) in enumerate({**LIES, "an old generation": old}.items()):
                heard[name] = liar.tell(lie, patience=1.5)
                if number in STEPS:
                    replay.step()
                if number in BREATHS:
                    truth(liar)
            truth(liar)
            until(lambda: told_in(tmp_path) >= truths, 30)
            peak, ended = daemon.peak(), daemon.process.poll()
            code = daemon.end()

    assert [name for name, surfaces in heard.items() if not surfaces] == []
    assert (ended, code) == (None, 0)
    assert told_in(tmp_path) == truths
    assert peak <= PEAK


ADDED = ("new-free-variant", "model-added")
STEPS = (3, 9, 15, 21)
"""After which lies the true catalog changes."""

BREATHS = (6, 12, 18, 24, 30)
"""After which lies the truth is told for a moment, as it is now and then."""


def truth(liar: Liar) -> None:
    liar.tell(None, patience=2.0)
    time.sleep(0.5)
