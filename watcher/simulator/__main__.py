"""A simulated OpenRouter as a process of its own: ``python -m watcher.simulator [PORT [MODELS [SEED]]]``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from watcher.simulator.server import serve_forever
from watcher.simulator.simulation import Simulation


def _now() -> datetime:
    return datetime.now(UTC)


def _announce(base_url: str) -> None:
    sys.stdout.write(f"{base_url}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> None:
    """Serve a quiet world of any size; the base URL is the first line on stdout."""
    port, models, seed = (int(text) for text in (*arguments, *("0", "400", "1")[len(arguments) :]))
    serve_forever(Simulation(seed=seed, models=models, clock=_now), port=port, ready=_announce)


if __name__ == "__main__":
    main(sys.argv[1:])
