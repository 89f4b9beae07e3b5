"""Troubles of targets: what keeps messages from arriving, so that others can be told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

RECEIVER_PAUSED = "catalog.receiver_paused"
"""The target is at fault, and nothing is sent to it but a daily probe."""

BACKLOG_CUT = "catalog.backlog_cut"
"""More waits for the target than is kept, so the oldest messages are given up."""


class TargetTrouble(NamedTuple):
    """Which trouble, and whose: one target of a receiver under its public label."""

    event: str
    receiver: str
    target: str


Troubles = Mapping[TargetTrouble, str]
"""What is wrong now, with the reason of each."""
