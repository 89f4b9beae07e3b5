"""A lone sweep tells how far it is, and takes that back before anything else is shown."""

from __future__ import annotations

from pathlib import Path

from tests.cli.stage import catalog, configured, quiet_poll
from watcher.cli.watching import watched
from watcher.daemon.once import once


class Notes:
    """A bar that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []
        self.cleared_after: list[int] = []

    def __call__(self, done: int, total: int) -> None:
        self.told.append((done, total))

    def clear(self) -> None:
        self.cleared_after.append(len(self.told))


def test_the_requests_of_a_sweep_are_told_one_by_one(tmp_path: Path) -> None:
    bar = Notes()

    with catalog(quiet_poll()) as (base_url, _):
        settings, addresses = watched(configured(tmp_path, base_url, "{log: {file: alerts.jsonl}}"))
        swept = once(settings, addresses, bar=bar)

    number = len(swept.plan.models)
    assert bar.told == [(done, number) for done in range(1, number + 1)]
    assert bar.cleared_after == [number]
    assert swept.requests == number + 4
    assert swept.short == {}
