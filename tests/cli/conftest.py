from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from watcher.archive.recorded import Poll, recorded
from watcher.cli import main
from watcher.config import load
from watcher.daemon.ledger import Ledger
from watcher.reading.reader import Reader
from watcher.simulator.days import full_day
from watcher.simulator.simulation import Simulation
from watcher.store.store import Store

MIDNIGHT = datetime(2026, 7, 6, tzinfo=UTC)
BASE_URL = "http://127.0.0.1:9"

CONFIG = f"""\
models: ["*"]
catalog: {{base_url: "{BASE_URL}"}}
receivers:
  terminal: {{console: true}}
  log: {{file: alerts.jsonl, min_severity: warning}}
rules:
  - use: new-free-variant
  - use: price-change
  - {{use: data-policy-flip, direction: any}}
  - {{use: uptime-drop, notify: [terminal]}}
"""

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the full simulated day of 40 models as a recording, a poll every half an hour."""
    day = Simulation(seed=1, models=40, script=full_day, clock=lambda: MIDNIGHT, start=MIDNIGHT)
    path = tmp_path_factory.mktemp("recordings") / "day.jsonl"
    with path.open("wb") as file:
        for line in day.poll_lines(timedelta(minutes=30), timedelta(hours=24)):
            file.write(orjson.dumps(line) + b"\n")
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    return path


@pytest.fixture(scope="session")
def lived(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a configuration whose state has lived through ten simulated hours; tests only read it."""
    path = tmp_path_factory.mktemp("lived") / "config.yaml"
    path.write_text(CONFIG)
    settings = load(path, {}, targets=None)
    labels = {
        name: tuple(target.label for target in found.targets) for name, found in settings.targets.items()
    }
    with Store.open(settings.state, catalog=BASE_URL) as store:
        ledger = Ledger(store, settings.rulebook, labels)
        for poll in recorded([archive], Reader(), until=MIDNIGHT + timedelta(hours=10)):
            assert isinstance(poll, Poll)
            while ledger.next_due is not None and ledger.next_due < poll.seen.at:
                ledger.enter(None, ledger.next_due)
            ledger.enter(poll.seen, poll.seen.at)
    return path


@pytest.fixture
def own(lived: Path, tmp_path: Path) -> Path:
    """Give a copy of the lived state that a test may write to."""
    folder = tmp_path / "own"
    shutil.copytree(lived.parent, folder)
    return folder / "config.yaml"


@pytest.fixture
def watcher() -> Run:
    """Run a verb in this process, with standard output and standard error apart."""

    def run(*words: object) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], prog_name="watcher")

    return run
