"""Telemetry: how well an endpoint did lately; a time series, never state."""

from __future__ import annotations

from typing import NamedTuple


class Telemetry(NamedTuple):
    """Readings of one endpoint at one poll; None is unknown, never 100 and never 0.

    Uptimes are percent 0-100 over the named window; since October 2026 upstream counts the minutes in which
    at least 80 % of the attempts succeeded. Latency is in ms and throughput in tokens/s (p50, 30 minutes).
    """

    uptime_5m: float | None = None
    uptime_30m: float | None = None
    uptime_1d: float | None = None
    status: int | None = None
    latency: float | None = None
    throughput: float | None = None


UNREAD = Telemetry()
