"""Fields: single values of a wire row, of the type we expect or unknown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from watcher.reading.limits import (
    LONGEST_ID,
    LONGEST_KEY,
    LONGEST_SHOWN,
    LONGEST_TEXT,
    MOST_KEYS,
    MOST_NAMES,
)

NEVER_AFTER_YEARS = 10
FIRST_YEAR = 2023


class UnreadableRowError(ValueError):
    """A row lacks what it cannot be without; the message is the reason in plain words."""


def identity(value: object, what: str) -> str:
    """Return an id that can be shown to people: 1 to 200 printable characters, no white space.

    Raises UnreadableRowError, saying ``what`` was wrong.
    """
    if not isinstance(value, str) or not value:
        raise UnreadableRowError(f"no {what}")
    if len(value) > LONGEST_ID:
        raise UnreadableRowError(f"{what} of {len(value)} characters")
    if not value.isprintable() or " " in value:
        raise UnreadableRowError(f"white space or control characters in {what} {shown(value)}")
    return value


def identity_or_none(value: object) -> str | None:
    """Return an id that can be shown to people, or None."""
    try:
        return identity(value, "id")
    except UnreadableRowError:
        return None


def text(value: object) -> str | None:
    """Return a text of at most 500 characters; ``""`` and null are the same to upstream (observed)."""
    return value[:LONGEST_TEXT] if isinstance(value, str) and value else None


def count(value: object) -> int | None:
    """Return a whole number from 0 up; upstream wrote some of them as floats before June 2026."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if 0 <= value < 1 << 63 and value == int(value) else None


def flag(value: object) -> bool | None:
    """Return a truth value, or None where it is not a JSON boolean."""
    return value if isinstance(value, bool) else None


def names(value: object) -> frozenset[str] | None:
    """Return a list of texts as the set it is: upstream reorders such lists in bulk (observed).

    Anything else is unknown, and so is an empty list: it would read as a loss (only routers have one,
    observed). So is one of more than 200 entries.
    """
    if not isinstance(value, list) or not 0 < len(value) <= MOST_NAMES:
        return None
    if not all(isinstance(name, str) for name in value):
        return None
    return frozenset(name[:LONGEST_TEXT] for name in value)


def part(value: object) -> dict[str, object]:
    """Return a nested object, or an empty one where there is none."""
    return value if isinstance(value, dict) else {}


def keys_of(rows: Iterable[object]) -> frozenset[str]:
    """Return the keys that at least one of the rows has; of absurdly many the first 200, and no long one."""
    keys = frozenset[str]().union(*(row for row in rows if isinstance(row, dict)))
    return frozenset(sorted(key for key in keys if len(key) <= LONGEST_KEY)[:MOST_KEYS])


def expiry(value: object, created: int | None) -> date | None:
    """Return the day an offer ends, or None for never.

    Ten years after the row was ``created`` (Unix seconds) or later means never: upstream's sentinel is
    2098-12-31. OpenRouter has no rows older than 2023.
    """
    if not isinstance(value, str):
        return None
    try:
        ends = date.fromisoformat(value[:10])
        born = datetime.fromtimestamp(created or 0, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
    born = max(born, date(FIRST_YEAR, 1, 1))
    years = ends.year - born.year - ((ends.month, ends.day) < (born.month, born.day))
    return None if years >= NEVER_AFTER_YEARS else ends


def shown(value: object) -> str:
    """Return a value as it can stand in a reason: escaped and short; of a list or object only its kind."""
    match value:
        case str():
            written = ascii(value[:LONGEST_SHOWN])
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            written = ascii(value)
    return written if len(written) <= LONGEST_SHOWN else written[: LONGEST_SHOWN - 1] + "…"
