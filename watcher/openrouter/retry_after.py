"""Retry-After: how long upstream asks us to wait."""

from __future__ import annotations

import re
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx

SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)


def asked_pause(headers: httpx.Headers) -> timedelta | None:
    """Return the pause a response asks for, never negative; None when it names none that can be read.

    It is given in seconds or as an HTTP date (RFC 9110), which is measured against the response's own
    ``Date``: upstream's clock, so that ours need not be right.
    """
    wanted = headers.get("retry-after", "").strip()
    if SECONDS.fullmatch(wanted):
        return timedelta(seconds=min(float(wanted), timedelta.max.total_seconds() / 2))
    try:
        until, since = parsedate_to_datetime(wanted), parsedate_to_datetime(headers.get("date", ""))
        return max(until - since, timedelta(0))
    except (ValueError, TypeError, OverflowError):
        return None
