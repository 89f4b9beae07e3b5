from __future__ import annotations

import re

from tests.cli.stage import watcher
from watcher.simulator.days import demo_day
from watcher.simulator.narration import narrated
from watcher.simulator.simulation import Simulation


def test_the_demo_tells_all_four_kinds_of_alert_in_half_a_minute_and_fits_a_terminal() -> None:
    done = watcher("demo")

    assert done.returncode == 0, done.stderr
    for kind in ("new-free-variant", "price-change", "data-policy-flip", "uptime-drop"):
        assert f"rule {kind}," in done.stdout
    assert "4 of 4 things worth telling were told" in done.stderr
    assert "changes disturbed nobody:" in done.stderr
    shown = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr).splitlines()
    assert max(map(len, shown)) <= 80


def test_what_happens_to_the_catalog_is_said_in_the_order_of_the_day() -> None:
    script = Simulation(seed=1, models=60, script=demo_day, clock=lambda: None).script  # type: ignore[arg-type, return-value]  # never asked

    lines = narrated(script)

    assert list(lines) == sorted(lines)
    assert {line.at for line in lines} >= set(script.moments())
    assert any("trains" in line.text or "training is true" in line.text for line in lines)
