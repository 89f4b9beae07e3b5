"""Prints: the exact content of raw rows, small and quick to compare."""

from __future__ import annotations

from collections.abc import Sequence

import orjson


def print_of(raw: object) -> bytes | None:
    """Return the content of raw JSON, or None where it holds what JSON cannot (a date out of YAML, say).

    Taken rather than keeping the raw rows: quicker than comparing objects, a tenth of the memory, and it
    tells true from 1.
    """
    try:
        return orjson.dumps(raw)
    except TypeError:
        return None


def prints_of(rows: Sequence[object]) -> list[bytes] | None:
    """Return the content of each row, or None where one holds what JSON cannot."""
    try:
        return list(map(orjson.dumps, rows))
    except TypeError:
        return None
