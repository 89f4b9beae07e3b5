"""Backoff: when a failed try is made again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST = timedelta(seconds=5)
LONGEST = timedelta(hours=4)
LONGEST_ASKED = timedelta(days=1)
"""What a server may ask for at most; more is a mistake of its clock or ours."""


def backoff(failures: int, random: Callable[[], float]) -> timedelta:
    """Return the pause after so many failures: doubled each time up to four hours, with a half of jitter.

    ``random`` gives a number from 0 to 1.
    """
    doublings = min(max(failures - 1, 0), 20)
    full: timedelta = min(LONGEST, FIRST * 2.0**doublings)
    return full * (0.5 + random() / 2)


def asked_pause(header: str | None, now: datetime) -> timedelta | None:
    """Return the pause a ``Retry-After`` asks for (seconds or a date, RFC 9110), or None."""
    if not header:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text), 10**9)), LONGEST_ASKED)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta(0)), LONGEST_ASKED)
