"""The state grows slowly enough to be kept for years."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from tests.benchmarks.growth import EXAMPLE, grown, polls_of
from watcher.config import parse

DENSE = Path("../shared/data/polls/2026-08-07.jsonl.zst")
PROMISED = 8.0


def test_a_day_of_the_real_catalog_takes_less_than_8_mb(tmp_path: Path) -> None:
    if not DENSE.exists():
        pytest.skip("the recorded polls are not beside this checkout")
    config = parse(EXAMPLE.read_text("utf-8"), {})

    found = grown(islice(polls_of([DENSE]), 20), config, tmp_path / "state")

    a_day = found.a_day(endpoints=timedelta(minutes=15))
    assert 1.0 < sum(a_day.values()) < PROMISED
    assert a_day["telemetry"] > a_day["changes"]
