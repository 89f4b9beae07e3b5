"""A round: the daemon's own parts, swept by hand under a clock that a test sets."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from tests.openrouter.upstream import Clock as Seconds
from tests.simulator.clocks import Clock
from watcher.alerts.alert import Alert
from watcher.catalog.names import Surface
from watcher.config import parse
from watcher.daemon.ledger import Entry, Ledger
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.patrol import Patrol
from watcher.daemon.rounds.schedule import seeded
from watcher.daemon.rounds.sweeping import Sweeper
from watcher.openrouter import CatalogClient, Limits
from watcher.reading.reader import Reader
from watcher.store.store import Store

RULES = """
receivers: {us: {console: true, group_wait: 0s, group_interval: 0s}}
rules:
  - use: new-free-variant
  - use: price-change
  - {use: data-policy-flip, direction: any}
  - use: uptime-drop
  - use: model-removed
  - use: provider-removed
  - use: deprecation
  - use: capability-lost
"""
SURFACES = (Surface.MODELS, Surface.ENDPOINTS, Surface.PROVIDERS, Surface.FRONTEND, Surface.ZDR)
ONCE = Limits(attempts=1)


@dataclass
class Round:
    """Polls one catalog whenever it is told to, and keeps what came of it."""

    patrol: Patrol
    ledger: Ledger
    clock: Clock
    entries: list[Entry]

    @property
    def alerts(self) -> list[Alert]:
        return [alert for entry in self.entries for alert in entry.decision.alerts]

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(alert.rule, alert.subject) for alert in self.alerts]

    @property
    def refused(self) -> list[str]:
        return [refusal.reason for entry in self.entries for refusal in entry.decision.refused]

    async def poll(self, *surfaces: Surface, after: float = 0) -> None:
        """Sweep some surfaces, or all, so many minutes later."""
        self.clock.forward(minutes=after)
        for surface in surfaces or SURFACES:
            await self.patrol.sweep(surface)


@contextlib.asynccontextmanager
async def going_round(
    folder: Path, base_url: str, *, rules: str = RULES, limits: Limits = ONCE
) -> AsyncIterator[Round]:
    """Open a state in a folder and a client of the catalog; waiting costs no time."""
    config = parse(f"catalog: {{base_url: {base_url}, max_requests_per_minute: 6000}}\n{rules}", {})
    seconds, clock = Seconds(), Clock()
    entries: list[Entry] = []
    with Store.open(folder / "state", catalog=base_url) as store:
        ledger = Ledger(store, config.rulebook, {"us": ("console",)})
        async with CatalogClient(base_url, limits=limits, clock=seconds, sleep=seconds.sleep) as client:
            patrol = Patrol(
                Sweeper(client, Reader()),
                ledger,
                means=Means(),
                clock=clock,
                luck=seeded("test"),
                judged=entries.append,
            )
            yield Round(patrol, ledger, clock, entries)
