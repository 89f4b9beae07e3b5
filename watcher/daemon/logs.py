"""Logs: events with fields on standard error, for people on a terminal and for programs elsewhere.

docs/LOGS.md lists every event.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, TextIO

import orjson
import structlog

from watcher.delivery.quiet import mute_libraries
from watcher.messages.safe import visible

Event = MutableMapping[str, Any]
LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
"""The levels a log may be limited to."""

PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3}
"""syslog's numbers for structlog's levels: journald takes them from the head of a line."""

JOURNAL_STREAM = "JOURNAL_STREAM"
NAME_WIDTH = 20


def configure(least: str = "info") -> None:
    """Log to standard error: a readable line on a terminal, a line of JSON anywhere else.

    ``least`` is the least of ``LEVELS`` that is logged. Libraries that log URLs say nothing at any level.
    """
    mute_libraries()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _made_visible,
            _line_for(sys.stderr),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[least]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _made_visible(logger: object, method: str, event: Event) -> Event:  # noqa: ARG001  # structlog's signature
    """Write out what would steer a terminal or forge a line: much of it is text from the catalog."""
    return {key: _shown(value) for key, value in event.items() if value is not None}


def _shown(value: object) -> object:
    match value:
        case bool() | int() | float() | None:
            return value
        case list() | tuple():
            return [_shown(item) for item in value]
        case Mapping():
            return {visible(key): _shown(item) for key, item in value.items()}
        case _:
            return visible(value)


def _line_for(stream: TextIO) -> Callable[[object, str, Event], str]:
    if stream.isatty():
        return _plain if "NO_COLOR" in os.environ else _readable
    return _for_journald if _is_the_journals(stream) else _as_json


def _is_the_journals(stream: TextIO) -> bool:
    """Tell whether a stream is the one that systemd named: it may have been redirected since."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get(JOURNAL_STREAM) == f"{found.st_dev}:{found.st_ino}"


def _for_journald(logger: object, method: str, event: Event) -> str:
    return f"<{PRIORITIES[event['level']]}>{_as_json(logger, method, event)}"


def _as_json(logger: object, method: str, event: Event) -> str:  # noqa: ARG001  # structlog's signature
    ordered = {
        "at": event.pop("timestamp"),
        "level": event.pop("level"),
        "event": event.pop("event"),
        **event,
    }
    return orjson.dumps(ordered).decode()


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
