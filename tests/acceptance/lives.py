"""Lives of a daemon: its configuration, each start of it, and what it left behind."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.cli.stage import Daemon, Poll, quiet_poll, spawned, with_free
from watcher.alerts.outbox import RowState
from watcher.store.store import Store

NOT_DONE = frozenset(RowState) - {RowState.DELIVERED}


def newcomers(count: int) -> tuple[list[Poll], list[str]]:
    """Return a quiet poll and one more for each free model that joins, and the models' ids."""
    names = [f"n{number:02}" for number in range(count)]
    polls = [quiet_poll()]
    for name in names:
        polls.append(with_free(polls[-1], name))
    return polls, [f"newcomer/{name}:free" for name in names]


def configured(folder: Path, base_url: str, *targets: str) -> Path:
    """Write a configuration that polls the list of models every second, and tells targets at once."""
    path = folder / "config.yaml"
    gates = "group_wait: 0s, group_interval: 0s, allow_private: true"
    receivers = "\n".join(f"  r{number}: {{{target}, {gates}}}" for number, target in enumerate(targets))
    path.write_text(
        f"catalog: {{base_url: {base_url}, archive: polls, max_requests_per_minute: 6000,\n"
        "  every: {models: 1s}}\n"
        f"rules: [{{use: new-free-variant}}]\nreceivers:\n{receivers}\n"
    )
    return path


def life(config: Path, point: str = "nowhere") -> Daemon:
    """Start the daemon; it kills itself at a point of ``doomed``."""
    command: Sequence[str] = [sys.executable, "-m", "tests.acceptance.doomed", str(config), point]
    return Daemon(config, spawned(command))


def undelivered(config: Path, base_url: str) -> int:
    """Return how many rows of the outbox are anything but delivered."""
    with Store.open_to_read(config.parent / "state", catalog=base_url) as store:
        counts = store.outbox.counts()
    return sum(counts[state] for state in NOT_DONE)
