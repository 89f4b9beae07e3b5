"""Retention: how long each kind of record is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

FOREVER = None
"""Never deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long each kind of record is kept, None for ever; what is present or still to be sent always is.

    ``telemetry`` are the readings of single sweeps, ``daily`` what is left of them afterwards: one summary of
    each endpoint's day. ``outbox`` are messages that are settled, with their tries.
    """

    telemetry: timedelta | None = timedelta(days=90)
    daily: timedelta | None = FOREVER
    changes: timedelta | None = FOREVER
    alerts: timedelta | None = FOREVER
    suppressed: timedelta | None = timedelta(days=7)
    refusals: timedelta | None = timedelta(days=90)
    outbox: timedelta | None = timedelta(days=90)


KEEP = Retention()
