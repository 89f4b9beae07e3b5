"""Spans: durations and moments as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

GAP_WORTH_TELLING = timedelta(hours=1)
STEPS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
FINEST = ((86_400, 3_600), (600, 60), (0, 1))
"""From how many seconds on a length is told to how many: polls are minutes apart, and tell no seconds."""


def duration(seconds: float) -> str:
    """Return a length of time as people say it: ``5 min 20 s``, ``30 min``, ``1 h 10 min``, ``2 d 3 h``.

    Where a clock was set back a time may end before it began: then it is none.
    """
    seconds = max(seconds, 0)
    finest = next(step for least, step in FINEST if seconds >= least or not least)
    rest = round(seconds / finest) * finest
    parts = []
    for name, size in STEPS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts[:2]) or "0 s"


def moment(at: datetime, zone: tzinfo) -> str:
    """Return ``2026-07-06 18:19 CEST`` in the reader's zone."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def window(not_before: datetime | None, at: datetime, zone: tzinfo) -> str:
    """Return when something happened, as both ends of the window once polling had a gap of over an hour."""
    if not_before is None or at - not_before <= GAP_WORTH_TELLING:
        return f"since {moment(at, zone)}"
    first, last = not_before.astimezone(zone), at.astimezone(zone)
    end = f"{last:%H:%M %Z}" if first.date() == last.date() else moment(at, zone)
    return f"between {first:%Y-%m-%d %H:%M} and {end}"
