from __future__ import annotations

from pathlib import Path

from tests.benchmarks.soak import MODELS, Day, Soak


def test_half_a_day_of_polls_leaves_memory_descriptors_and_threads_as_they_were(tmp_path: Path) -> None:
    readings = Soak(tmp_path, Day.simulated(MODELS)).live(1.05)

    settled = [reading for reading in readings if reading.hour >= 12]
    first, last = settled[0], settled[-1]
    assert last.hour - first.hour >= 12
    assert last.rss - first.rss < 8
    assert last.descriptors <= first.descriptors + 2
    assert last.threads == first.threads
