"""How many examples a property is tried with: few and always the same ones, or as many as FUZZ asks for."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("FUZZ", "1"))


def examples(count: int) -> settings:
    """Return settings for so many examples: the same ones at each run, or under `make fuzz` many others."""
    return settings(
        max_examples=count * TIMES,
        derandomize=TIMES == 1,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
