"""Uptime as upstream defines it since October 2026: k good ones of the n minutes with at least ten attempts.

A span of minutes is an integer whose bit ``i`` is the ``i``-th minute, so that a window is a mask and a count
is a population count.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from watcher.simulator.catalog import Temper, Traffic

HOUR = 60
ALL = (1 << HOUR) - 1
WINDOWS = (5, 30, 1440)
_HOURS = WINDOWS[-1] // HOUR + 1


class Uptimes(NamedTuple):
    """Percent 0-100 over 5 minutes, 30 minutes and a day; None where no minute counted."""

    last_5m: float | None
    last_30m: float | None
    last_1d: float | None


class Pulse(NamedTuple):
    """What an offer's uptime is made of: its own key, its ways, and spans of minutes in which it is down."""

    key: str
    traffic: Traffic
    temper: Temper
    outages: Sequence[tuple[int, int]] = ()


def uptimes(pulse: Pulse, minute: int) -> Uptimes:
    """Return what the windows that end before ``minute`` (since the epoch) read.

    In an outage all attempts fail; the end of its span is excluded.
    """
    counted, failed, end = _minutes(pulse, minute)
    return Uptimes(*(_share(counted, failed, end, width) for width in WINDOWS))


def uptime_over(pulse: Pulse, minute: int, width: int) -> float | None:
    """Return what one window of ``width`` minutes (at most a day) that ends before ``minute`` reads."""
    counted, failed, end = _minutes(pulse, minute)
    return _share(counted, failed, end, width)


def status_of(last_30m: float | None) -> int:
    """Return the endpoint's status, which upstream derives from 30 minutes (observed in 369,395 rows)."""
    if last_30m is None or last_30m >= 95:  # noqa: PLR2004  # upstream's published bound of "normal"
        return 0
    return -2 if last_30m >= 80 else -5  # noqa: PLR2004  # upstream's published bound of "degraded"


def _minutes(pulse: Pulse, minute: int) -> tuple[int, int, int]:
    """Return the day's minutes that counted and those that failed, and which of them is ``minute``."""
    first = (minute // HOUR - _HOURS + 1) * HOUR
    counted, failed = _day(pulse.key, pulse.traffic, pulse.temper, minute // HOUR)
    for since, until in pulse.outages:
        failed |= _span(since - first, until - first)
    return counted, failed, minute - first


def _share(counted: int, failed: int, end: int, width: int) -> float | None:
    window = _span(end - width, end) & counted
    minutes = window.bit_count()
    if not minutes:
        return None
    share = 100 * (minutes - (window & failed).bit_count()) / minutes
    return int(share) if share.is_integer() else share


def _span(start: int, end: int) -> int:
    start, end = max(start, 0), max(end, 0)
    return (1 << end) - (1 << start) if end > start else 0


@lru_cache(maxsize=65_536)
def _day(key: str, traffic: Traffic, temper: Temper, hour: int) -> tuple[int, int]:
    counted = failed = 0
    for place in range(_HOURS):
        busy, bad = _hour(key, traffic, temper, hour - _HOURS + 1 + place)
        counted |= busy << place * HOUR
        failed |= bad << place * HOUR
    return counted, failed


@lru_cache(maxsize=262_144)
def _hour(key: str, traffic: Traffic, temper: Temper, hour: int) -> tuple[int, int]:
    if traffic is Traffic.NONE:
        return 0, 0
    words = [
        int.from_bytes(digest, "big") & ALL
        for digest in _eights(blake2b(f"{key}@{hour}".encode(), digest_size=64).digest())
    ]
    if traffic is Traffic.THIN:
        return words[0] & words[1] & words[2], 0
    if temper is Temper.FLAKY:
        return ALL, words[0] & words[1] & words[2] & (ALL if words[3] % 3 == 0 else words[4] & words[5])
    return ALL, 1 << words[0] % HOUR if words[1] % 4 == 0 else 0


def _eights(digest: bytes) -> tuple[bytes, ...]:
    return tuple(digest[at : at + 8] for at in range(0, len(digest), 8))
