"""Troubles: what keeps messages from arriving, or us from watching, so that somebody can be told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

RECEIVER_PAUSED = "catalog.receiver_paused"
"""The target is at fault, and nothing is sent to it but a daily probe."""

BACKLOG_CUT = "catalog.backlog_cut"
"""More waits for the target than is kept, so the oldest messages are given up."""

DISK_LOW = "catalog.disk_low"
"""The disk that the state lies on is nearly full."""

CLOCK_JUMPED = "catalog.clock_jumped"
"""The machine's clock went forward or back by itself."""

STATE_UNWRITTEN = "catalog.state_unwritten"
"""Polls could not be written down for a while, and are lost."""

STATE_DAMAGED = "catalog.state_damaged"
"""Rows of the history or of the outbox are damaged; they are left out."""


class TargetTrouble(NamedTuple):
    """Which trouble, and whose: one target of a receiver under its public label."""

    event: str
    receiver: str
    target: str


class OwnTrouble(NamedTuple):
    """Which trouble of the machine that we run on, and what it is about (``disk``, ``clock``, ``state``)."""

    event: str
    subject: str


Trouble: TypeAlias = TargetTrouble | OwnTrouble

Troubles = Mapping[Trouble, str]
"""What is wrong now, with the reason of each."""
