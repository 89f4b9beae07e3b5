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


class Day(NamedTuple):
    """An endpoint's day (UTC), summed up of its readings when they are no longer kept one by one.

    ``readings`` counts those whose uptime (30 minutes) was known; ``uptime_min`` and ``uptime_mean`` are of
    them, percent 0-100. The means of latency (ms) and throughput (tokens/s) are of those that were known.
    """

    readings: int = 0
    uptime_min: float | None = None
    uptime_mean: float | None = None
    latency_mean: float | None = None
    throughput_mean: float | None = None
