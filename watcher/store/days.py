"""Days: what is left of a day's readings, one summary of each endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import fmean

from watcher.catalog.names import EndpointKey
from watcher.catalog.telemetry import Day, Telemetry

DIGITS = 3
"""Means are rounded to so many: no reading is more exact, and what is exact to the last bit packs badly."""


def summed(sweeps: Iterable[Mapping[EndpointKey, Telemetry]]) -> dict[EndpointKey, Day]:
    """Return the summary of every endpoint that was read in some sweep."""
    series: dict[EndpointKey, list[Telemetry]] = {}
    for sweep in sweeps:
        for key, reading in sweep.items():
            series.setdefault(key, []).append(reading)
    return {key: _day(readings) for key, readings in series.items()}


def _day(readings: Iterable[Telemetry]) -> Day:
    uptimes, latencies, throughputs = (
        [value for value in column if value is not None]
        for column in zip(
            *((each.uptime_30m, each.latency, each.throughput) for each in readings), strict=True
        )
    )
    return Day(
        readings=len(uptimes),
        uptime_min=min(uptimes, default=None),
        uptime_mean=_mean(uptimes),
        latency_mean=_mean(latencies),
        throughput_mean=_mean(throughputs),
    )


def _mean(values: list[float]) -> float | None:
    return round(fmean(values), DIGITS) if values else None
