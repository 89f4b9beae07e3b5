"""Telemetry of endpoint rows, split off so that the rest of a row stays equal from poll to poll."""

from __future__ import annotations

from watcher.catalog.telemetry import Telemetry

FULL = 100


def split_off(row: dict[str, object]) -> Telemetry:
    """Take the readings out of an endpoint row and return them; what is no reading is unknown."""
    take = row.pop
    take("perf_last_30m_by_workload", None)
    status = take("status", None)
    return Telemetry(
        _percent(take("uptime_last_5m", None)),
        _percent(take("uptime_last_30m", None)),
        _percent(take("uptime_last_1d", None)),
        status if type(status) is int else None,
        _median(take("latency_last_30m", None)),
        _median(take("throughput_last_30m", None)),
    )


def _percent(value: object) -> float | None:
    if type(value) is float or type(value) is int:
        return float(value) if 0 <= value <= FULL else None
    return None


def _median(value: object) -> float | None:
    median = value.get("p50") if isinstance(value, dict) else None
    if isinstance(median, bool) or not isinstance(median, (int, float)):
        return None
    return float(median) if 0 <= median < float("inf") else None
