"""Telemetry of endpoint rows, split off so that the rest of a row stays equal from poll to poll."""

from __future__ import annotations

from typing import Any

from watcher.catalog.telemetry import Telemetry

FULL = 100
ENDLESS = float("inf")
_made = tuple.__new__
"""What a NamedTuple's own constructor calls in the end."""


def split_off(row: dict[str, Any]) -> Telemetry:
    """Take the readings out of an endpoint row and return them; what is no reading is unknown.

    Runs for each row of each poll, so the usual values (a float, or null) pass without a call.
    """
    take = row.pop
    take("perf_last_30m_by_workload", None)
    five = take("uptime_last_5m", None)
    if five is not None and not (type(five) is float and 0 <= five <= FULL):
        five = percent(five)
    half = take("uptime_last_30m", None)
    if half is not None and not (type(half) is float and 0 <= half <= FULL):
        half = percent(half)
    day = take("uptime_last_1d", None)
    if day is not None and not (type(day) is float and 0 <= day <= FULL):
        day = percent(day)
    status = take("status", None)
    latency = take("latency_last_30m", None)
    throughput = take("throughput_last_30m", None)
    return _made(
        Telemetry,
        (
            five,
            half,
            day,
            status if type(status) is int else None,
            None if latency is None else _median(latency),
            None if throughput is None else _median(throughput),
        ),
    )


def _median(value: object) -> float | None:
    return non_negative(value.get("p50") if isinstance(value, dict) else None)


def non_negative(value: object) -> float | None:
    """Return a number from 0 up, or None where it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 <= value < ENDLESS else None


def percent(value: object) -> float | None:
    """Return a percentage from 0 to 100, or None where it is none."""
    known = type(value) is int or type(value) is float
    return float(value) if known and 0 <= value <= FULL else None  # type: ignore[arg-type,operator]  # tested above
