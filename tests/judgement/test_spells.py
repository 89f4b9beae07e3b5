from __future__ import annotations

from datetime import timedelta

import pytest

from watcher.judgement.edges.spells import spell


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(minutes=30), "0:30:00"),
        (timedelta(seconds=4, microseconds=147_756), "0:00:04"),
        (timedelta(days=2, hours=3), "2 days, 3:00:00"),
    ],
)
def test_a_reason_names_lengths_to_the_second(length: timedelta, said: str) -> None:
    assert spell(length) == said
