"""Envelopes: what upstream wraps around every answer, ``{"data": …}`` or ``{"error": …}``."""

from __future__ import annotations

from typing import NamedTuple

from watcher.reading.fields import part, shown
from watcher.reading.limits import MOST_ROWS

NOT_ANSWERED = "not answered"


class Opened(NamedTuple):
    """The rows of a list answer, or the ``fault`` why there are none; ``claimed`` is upstream's own count."""

    rows: list[object]
    claimed: int | None = None
    fault: str | None = None


def opened(body: object) -> Opened:
    """Return the rows of a list body, at most 20,000. A count is taken only where no page follows."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(data, list):
        return Opened([], fault=fault_of(body))
    if len(data) > MOST_ROWS:
        return Opened([], fault=f"lists {len(data):,} rows, more than {MOST_ROWS:,}")
    total = body.get("total_count")
    whole = part(body.get("links")).get("next") is None
    return Opened(data, claimed=total if type(total) is int and whole else None)


def fault_of(body: object) -> str:
    """Return why a body without data is unusable: ``error 503: …``, ``not answered`` or ``no data``."""
    if body is None:
        return NOT_ANSWERED
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str) and error:
        return f"error: {error[:200]}"
    if not isinstance(error, dict):
        return "no data"
    code, message = error.get("code"), error.get("message")
    named = f"error {str(code)[:20]}" if type(code) in (int, str) else "error"
    return f"{named}: {message[:200] if isinstance(message, str) else shown(message)}"
