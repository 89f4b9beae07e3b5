"""Standings for tests: a watcher that is well, and what differs from that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.builders import NOON
from watcher.alerts.outbox import RowState
from watcher.catalog.names import Surface
from watcher.judgement.state import State, SurfaceHealth
from watcher.web.standing import Standing

WELL = Standing(
    state=State(
        surfaces={
            Surface.MODELS: SurfaceHealth(
                believed_at=NOON,
                attempted_at=NOON,
                lost=frozenset({"x"}),
                strange={"is_haunted": 3, "y": 1},
                disagreements=4,
            )
        }
    ),
    every={Surface.MODELS: timedelta(minutes=5), Surface.ZDR: timedelta(hours=1)},
    receivers=("team-slack", "mail"),
    outbox={("team-slack", RowState.RETRY): 2, ("gone", RowState.ORPHANED): 1},
    paused=("mail",),
    is_alive=True,
    is_ready=True,
    problems=(),
)


def standing(**facts: Any) -> Standing:
    return replace(WELL, **facts)
