"""Telemetry: how well an endpoint did lately; a time series, never state."""

from __future__ import annotations

from statistics import fmean
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
    The rest is upstream's own record, where we did not look ourselves: ``recorded`` is the uptime of the
    day, ``hours`` those of its hours from midnight on, as far as they were asked for; None: nobody knows.
    """

    readings: int = 0
    uptime_min: float | None = None
    uptime_mean: float | None = None
    latency_mean: float | None = None
    throughput_mean: float | None = None
    recorded: float | None = None
    hours: tuple[float | None, ...] = ()

    @property
    def is_measured(self) -> bool:
        """Tell whether we read anything ourselves that day."""
        return bool(self.readings) or (self.latency_mean, self.throughput_mean) != (None, None)

    @property
    def uptime(self) -> float | None:
        """Return the day's uptime: what we measured, else what upstream recorded of the day or its hours."""
        hours = [hour for hour in self.hours if hour is not None]
        told = (self.uptime_mean, self.recorded, fmean(hours) if hours else None)
        return next((uptime for uptime in told if uptime is not None), None)
