"""The timeline: the polls of all files of an archive in one order of time, one in memory at a time."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from watcher.archive.lines import Line, lines
from watcher.archive.survey import Span, Survey
from watcher.archive.times import time_of

DAWN = datetime.min.replace(tzinfo=UTC)
DUSK = datetime.max.replace(tzinfo=UTC)


class Stop(NamedTuple):
    """One line in its place in time: its own time, or where it names none that of the line before it."""

    at: datetime
    file: int
    line: Line
    path: Path


def timeline(archive: Survey, since: datetime | None, until: datetime | None) -> Iterator[Stop]:
    """Yield the lines of an archive from ``since`` to ``until``, both included, in order of time.

    A file is opened only when its first poll is due, so daily files are open one at a time. Raises
    ArchiveError.
    """
    start, end = since or DAWN, until or DUSK
    waiting = sorted(
        (
            (_first(span), place, span)
            for place, span in enumerate(archive.files)
            if _touches(span, start, end)
        ),
        reverse=True,
    )
    open_files: list[tuple[Stop, Iterator[Stop]]] = []
    while waiting or open_files:
        while waiting and (not open_files or waiting[-1][0] <= open_files[0][0].at):
            _, place, span = waiting.pop()
            _advance(open_files, _in_order(span, place))
        if not open_files:
            continue
        stop, rest = heapq.heappop(open_files)
        if start <= stop.at <= end:
            yield stop
        if stop.at <= end:
            _advance(open_files, rest)


def _advance(open_files: list[tuple[Stop, Iterator[Stop]]], rest: Iterator[Stop]) -> None:
    stop = next(rest, None)
    if stop is not None:
        heapq.heappush(open_files, (stop, rest))


def _first(span: Span) -> datetime:
    return min(span.times, default=DAWN)


def _touches(span: Span, start: datetime, end: datetime) -> bool:
    return not span.times or (min(span.times) <= end and max(span.times) >= start)


def _in_order(span: Span, place: int) -> Iterator[Stop]:
    numbered = lines(span.path) if span.is_sorted else _sorted_lines(span.path)
    at = _first(span)
    for line in numbered:
        at = time_of(line.raw) or at
        yield Stop(at, place, line, span.path)


def _sorted_lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a file in order of time, by way of a temporary file: a file may exceed memory."""
    with tempfile.TemporaryFile() as spilled:
        places: list[tuple[datetime, int, int, int, str | None]] = []
        at, offset = DAWN, 0
        for number, raw, flaw in lines(path):
            at = time_of(raw) or at
            places.append((at, number, offset, len(raw), flaw))
            offset += spilled.write(raw)
        for _, number, begins, length, flaw in sorted(places):
            spilled.seek(begins)
            yield Line(number, spilled.read(length), flaw)
