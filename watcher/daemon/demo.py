"""The demo: the daemon as it is, against a simulated catalog that lives through a day in seconds."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from watcher.alerts.alert import Alert
from watcher.config import parse
from watcher.daemon.addresses import Addresses
from watcher.daemon.clock import wall_clock
from watcher.daemon.house import OpenTransport
from watcher.daemon.ledger import Entry
from watcher.daemon.run import run
from watcher.simulator.days import demo_day
from watcher.simulator.demo import PRESETS, closing_summary, demo_config
from watcher.simulator.narration import narrated
from watcher.simulator.server import Server
from watcher.simulator.simulation import Simulation
from watcher.simulator.truth import Told

MODELS = 60
SEED = 1
HURRY = timedelta(seconds=3)
"""How long after the day's end the last alert may still come."""

Show = Callable[[timedelta, str], object]
"""Told what happens to the catalog, with the time of the simulated day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the demo went: what there is to say, and which of the four kinds of alert did not come."""

    summary: str
    missing: Sequence[str]


def demo(show: Show, open_transport: OpenTransport) -> Ending:
    """Run the real daemon for one simulated day; interrupted, it ends early with what it saw until then."""
    simulation = Simulation(seed=SEED, models=MODELS, script=demo_day, clock=wall_clock)
    told: list[Alert] = []
    suppressed: Counter[str] = Counter()

    def watch(entry: Entry) -> None:
        for refusal in entry.decision.refused:
            show(_script_time(simulation), f"(not believed: {refusal.reason})")
        told.extend(entry.decision.alerts)
        suppressed.update(item.gate.value for item in entry.decision.suppressed)

    async def day() -> None:
        await _day(simulation, show)

    with Server(simulation) as server, tempfile.TemporaryDirectory(prefix="watcher-demo-") as folder:
        addresses = Addresses()
        text = demo_config(server.base_url)
        config = parse(text, os.environ, source=Path(folder) / "demo.yaml", targets=addresses)
        run(config, addresses, until=day, watch=watch, open_transport=open_transport)
    said = [Told(alert.rule, alert.subject) for alert in told]
    return Ending(
        summary=closing_summary(simulation.truths, said, suppressed),
        missing=[preset for preset in PRESETS if all(alert.rule != preset for alert in told)],
    )


def _script_time(simulation: Simulation) -> timedelta:
    return (wall_clock() - simulation.world.start) * simulation.script.speed


async def _day(simulation: Simulation, show: Show) -> None:
    """Tell what happens as it happens; the day begins with the first request."""
    start, speed = simulation.world.start, simulation.script.speed
    for line in narrated(simulation.script):
        moment = start + line.at / speed
        await asyncio.sleep(max((moment - wall_clock()).total_seconds(), 0))
        show(line.at, line.text)
    await asyncio.sleep(HURRY.total_seconds())
