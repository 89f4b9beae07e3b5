"""Lines: JSON results on standard output, one object a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
import orjson

from watcher.alerts.wire import stamp


def put(found: Mapping[str, Any]) -> None:
    """Print one object; times become UTC stamps."""
    click.echo(orjson.dumps(found, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, frozenset | set):
        return sorted(value, key=str)
    return str(value)
