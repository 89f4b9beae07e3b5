"""Times: when a recorded poll was made, found without parsing it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

FIRST = re.compile(rb'\s*\{\s*"generated"\s*:\s*"([^"\\]{1,40})"')
ANYWHERE = re.compile(rb'"generated"\s*:\s*"([^"\\]{1,40})"')


def moment(value: object) -> datetime | None:
    """Return an ISO time in UTC, or None; a time without a zone is UTC."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def time_of(raw: bytes) -> datetime | None:
    """Return the time of a poll from its raw JSON.

    A quote inside a JSON text is escaped, so the pattern can only match a key.
    """
    found = FIRST.match(raw) or ANYWHERE.search(raw)
    return moment(found[1].decode("ascii", "replace")) if found else None
