"""Limits: how long, how much and how often the client asks; the largest real list has 4.0 MB."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of the client.

    Times hold for one attempt: ``total`` from the first byte sent to the last one read (httpx has no such
    timeout, a drip would never end). ``attempts`` counts the first one. ``patience`` is the longest pause
    asked for by upstream that a sweep sits out; beyond it the sweep ends and the pause goes on, up to
    ``longest_pause``. After ``failures_in_a_row`` failed attempts a sweep is given up: the host is down.

    Sizes are bytes after inflating, values are those of JSON, about: 400,000 take some 80 MB.
    ``flight_bytes`` is for all bodies that are read at once; ``list_…`` for a list, all its pages together;
    ``sweep_…`` for all documents of a sweep of models, and grows with them (``…_each``; a real one has up to
    55 kB and 1,500 values).
    """

    connect: timedelta = timedelta(seconds=5)
    read: timedelta = timedelta(seconds=10)
    total: timedelta = timedelta(seconds=30)
    flight_bytes: int = 32 * MIB
    list_bytes: int = 16 * MIB
    list_values: int = 400_000
    endpoints_bytes: int = MIB
    sweep_bytes: int = 8 * MIB
    sweep_bytes_each: int = 32 * 1024
    sweep_values: int = 100_000
    sweep_values_each: int = 800
    pages: int = 100
    hops: int = 3
    attempts: int = 3
    backoff: timedelta = timedelta(seconds=0.5)
    longest_backoff: timedelta = timedelta(seconds=8)
    jitter: timedelta = timedelta(seconds=1)
    patience: timedelta = timedelta(minutes=1)
    longest_pause: timedelta = timedelta(minutes=15)
    unstated_pause: timedelta = timedelta(seconds=5)
    failures_in_a_row: int = 12


STANDARD = Limits()
