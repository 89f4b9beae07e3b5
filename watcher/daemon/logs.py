"""Logs: events with fields on standard error, for people on a terminal and for programs elsewhere."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, TextIO

import orjson
import structlog

from watcher.messages.safe import visible

Event = MutableMapping[str, Any]
PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
"""syslog's numbers for structlog's levels: journald takes them from the head of a line."""

NAME_WIDTH = 20


def configure(least: int = logging.INFO) -> None:
    """Log to standard error: a readable line on a terminal, a line of JSON anywhere else.

    ``least`` is a level of ``logging``.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _made_visible,
            _line_for(sys.stderr),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _made_visible(logger: object, method: str, event: Event) -> Event:  # noqa: ARG001  # structlog's signature
    """Write out what would steer a terminal or forge a line: much of it is text from the catalog."""
    return {key: _shown(value) for key, value in event.items() if value is not None}


def _shown(value: object) -> object:
    if isinstance(value, str):
        return visible(value)
    return [_shown(item) for item in value] if isinstance(value, list | tuple) else value


def _line_for(stream: TextIO) -> Callable[[object, str, Event], str]:
    if not stream.isatty():
        return _as_json
    return _plain if "NO_COLOR" in os.environ else _readable


def _as_json(logger: object, method: str, event: Event) -> str:  # noqa: ARG001  # structlog's signature
    ordered = {"at": event.pop("timestamp"), "level": event.pop("level"), **event}
    line = orjson.dumps(ordered, default=str).decode()
    return f"<{PRIORITIES.get(ordered['level'], 6)}>{line}" if "JOURNAL_STREAM" in os.environ else line


def _readable(logger: object, method: str, event: Event) -> str:  # noqa: ARG001  # structlog's signature
    time, level, name = event.pop("timestamp")[11:19], event.pop("level"), event.pop("event")
    mark = COLOURS.get(level, "")
    return f"\033[2m{time}\033[0m {mark}{name:{NAME_WIDTH}}\033[0m {_fields(event)}".rstrip()


def _plain(logger: object, method: str, event: Event) -> str:
    return ESCAPES.sub("", _readable(logger, method, event))


def _fields(event: Mapping[str, Any]) -> str:
    return " ".join(f"\033[2m{key}=\033[0m{value}" for key, value in event.items())


ESCAPES = re.compile("\033\\[[0-9;]*m")
COLOURS = {"info": "\033[36m", "warning": "\033[33m", "error": "\033[1;31m"}
