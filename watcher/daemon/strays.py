"""Strays: what libraries log, and errors that nobody catches, told as events like all else.

Python would print them as they are: over several lines, with the text of the error, which may hold a secret.
"""

from __future__ import annotations

import logging
import sys
import threading

import structlog

from watcher.daemon.journal import note_failure

URL = "://"

log = structlog.get_logger()


def catch_strays() -> None:
    """Have them told from now on, in the whole process: for verbs that run a daemon's work."""
    logging.getLogger().addHandler(Bridge(logging.WARNING))
    threading.excepthook = _note_thread
    sys.unraisablehook = _note_unraisable


class Bridge(logging.Handler):
    """Tells what a library logs: which one, where, how serious, and its words without the values in them."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell one record."""
        place = f"{record.pathname}:{record.lineno}"
        words, error = _words(record), _kind(record)
        if record.levelno >= logging.ERROR:
            log.error("library.failed", library=record.name, words=words, error=error, place=place)
        else:
            log.warning("library.warned", library=record.name, words=words, error=error, place=place)


def _words(record: logging.LogRecord) -> str:
    """Return the first line as the library's author wrote it: values stand in ``args``, or further down."""
    line = str(record.msg).partition("\n")[0]
    return "***" if URL in line else line


def _kind(record: logging.LogRecord) -> str | None:
    kind = record.exc_info[0] if record.exc_info else None
    return None if kind is None else kind.__name__


def _note_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return
    note_failure("thread.died", args.exc_value, thread=args.thread and args.thread.name)


def _note_unraisable(args: sys.UnraisableHookArgs) -> None:
    if args.exc_value is not None:
        note_failure("object.failed", args.exc_value, kind=type(args.object).__name__)
