"""The words of a level of use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.messages.samples import alert
from watcher.alerts.alert import Status
from watcher.messages.tell import tell

GLM = "z-ai/glm-5.2"


def used(new: object, status: Status = Status.FIRING, **context: Any) -> str:
    return tell(
        alert(
            "model.tokens",
            GLM,
            field="tokens",
            new=new,
            status=status,
            is_level=True,
            context=context,
        )
    ).headline


@pytest.mark.parametrize(
    ("said", "headline"),
    [
        (
            used(16_622_377.0, below=50e6, for_seconds=172_800),
            f"Used less: {GLM}, 16.62M tokens a day (below 50M for 2 d)",
        ),
        (used(2e9, above=1e9), f"Used more: {GLM}, 2B tokens a day (above 1B)"),
        (used(2e9, above=1e9, kind="reminder"), f"Still used more: {GLM}, 2B tokens a day (above 1B)"),
        (
            used(60e6, Status.RESOLVED, below=50e6, lasted_seconds=86_400),
            f"Used more again: {GLM}, 60M tokens a day after 1 d",
        ),
        (
            used(1e9, Status.RESOLVED, above=1e9, lasted_seconds=86_400),
            f"Used less again: {GLM}, 1B tokens a day after 1 d",
        ),
        (
            used(None, Status.RESOLVED, below=50e6, lasted_seconds=86_400, closed="closed as unknown"),
            f"Unknown for a day: {GLM}, was used less for 1 d",
        ),
    ],
)
def test_a_model_that_is_used_less_or_more_than_a_threshold_says_how_much(said: str, headline: str) -> None:
    assert said == headline
