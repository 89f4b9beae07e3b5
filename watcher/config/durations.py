"""Durations as people write them: ``30s``, ``5m``, ``1h``, ``7d``, ``1h30m``."""

from __future__ import annotations

import re
from datetime import timedelta

PATTERN = r"^(?=[0-9])([0-9]{1,6}d)?([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?$"
LONGEST = timedelta(days=3660)
_WRITTEN = re.compile(PATTERN, re.ASCII)
_UNITS = ("days", "hours", "minutes", "seconds")


def duration(text: str) -> timedelta:
    """Return a duration; ValueError says how one is written."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError("no duration; write 30s, 5m, 1h, 7d, or together 1h30m")
    parts = zip(_UNITS, found.groups(), strict=True)
    length = timedelta(**{unit: int(part[:-1]) for unit, part in parts if part})
    if length > LONGEST:
        raise ValueError("longer than ten years")
    return length


def written(length: timedelta) -> str:
    """Return a duration as it is written in the file."""
    seconds = int(length.total_seconds())
    words = ""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        words += f"{count}{unit}" if count else ""
    return words or "0s"
