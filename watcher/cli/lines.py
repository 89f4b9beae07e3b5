"""Lines: results on standard output: JSON, one object a line, and words that fit the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any, TextIO

import click
import orjson

from watcher.alerts.wire import stamp

FURTHER = 13


def put(found: Mapping[str, Any]) -> None:
    """Print one object; times become UTC stamps."""
    click.echo(orjson.dumps(found, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME))


def width_of(stream: TextIO) -> int | None:
    """Return how many characters a line of a terminal has; None where it is none."""
    return get_terminal_size().columns if stream.isatty() else None


def folded(line: str, width: int | None) -> str:
    """Return a line in rows of so many characters, broken between words; an indented one goes on further."""
    if width is None or len(line) <= width:
        return line
    further = " " * (FURTHER if line.startswith(" ") else 0)
    rows = wrap(line, width, subsequent_indent=further, break_long_words=False, break_on_hyphens=False)
    return "\n".join(rows)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, frozenset | set):
        return sorted(value, key=str)
    return str(value)
