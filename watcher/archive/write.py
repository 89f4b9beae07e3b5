"""Writing polls, in the same form that is read: a line of JSON each, in one file a day."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import orjson
import zstandard

from watcher.archive.errors import UnwritableArchiveError
from watcher.archive.lines import LARGEST_WINDOW

SLICE = 1 << 20
SUFFIX = ".jsonl.zst"
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class ArchiveWriter:
    """Appends polls to ``FOLDER/DATE.jsonl.zst``, one zstd frame each; the date is the poll's, in UTC.

    What a crash left behind in the middle of a frame is cut off before the next frame is put after it, so
    that one lost poll does not lose the day.
    """

    def __init__(self, folder: Path) -> None:
        """Write below ``folder``, which is made when the first poll comes."""
        self._folder = folder
        self._sound: Path | None = None
        self._compressor = zstandard.ZstdCompressor(level=3)

    def append(self, at: datetime, bodies: Mapping[str, object]) -> Path:
        """Append what was answered at one time and return the file it is in.

        ``bodies`` is keyed like a recorded poll (``models``, ``endpoints``, …; null for not answered). A
        body may be parsed JSON or an ``orjson.Fragment`` of the bytes received. Call it before the bodies
        are read: the reader takes them over. Raises UnwritableArchiveError when the disk refuses, and for a
        body that is nested too deeply to be written; then nothing is kept of this poll.
        """
        moment = at.astimezone(UTC)
        path = self._folder / f"{moment.date().isoformat()}{SUFFIX}"
        try:
            line = orjson.dumps({"generated": moment.isoformat(), **bodies}, option=orjson.OPT_APPEND_NEWLINE)
        except TypeError as error:
            raise UnwritableArchiveError(path, f"a poll cannot be written as JSON: {error}") from error
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if path != self._sound:
                _mend(path)
            self._sound = None
            with path.open("ab", buffering=0) as file:
                _write_whole(file.fileno(), self._compressor.compress(line))
        except OSError as error:
            raise UnwritableArchiveError(path, f"cannot be written: {error.strerror or error}") from error
        self._sound = path
        return path


def _write_whole(file: int, frame: bytes) -> None:
    size = os.fstat(file).st_size
    try:
        written = 0
        while written < len(frame):
            written += os.write(file, frame[written:])
    except OSError:
        os.ftruncate(file, size)
        raise


def _mend(path: Path) -> None:
    if path.exists() and (sound := sound_length(path)) < path.stat().st_size:
        os.truncate(path, sound)


def expired(folder: Path, before: datetime) -> list[Path]:
    """Return the files below a folder whose whole day (UTC) lies before a time, oldest first.

    Only files that are named as the writer names them are its own. Raises OSError.
    """
    days = ((_day_of(path), path) for path in folder.iterdir())
    whole = timedelta(days=1)
    return [path for day, path in sorted((day, path) for day, path in days if day and day + whole <= before)]


def _day_of(path: Path) -> datetime | None:
    name = path.name.removesuffix(SUFFIX)
    if name == path.name or not DATE.fullmatch(name):
        return None
    try:
        return datetime.fromisoformat(name).replace(tzinfo=UTC)
    except ValueError:
        return None


def sound_length(path: Path) -> int:
    """Return how many bytes at the beginning of a zstd file are whole frames. Raises OSError."""
    sound = 0
    with path.open("rb") as file:
        while length := _frame_length(file, sound):
            sound += length
    return sound


def _frame_length(file: BinaryIO, begins: int) -> int:
    """Return the length of the frame that begins there, or 0 where none is whole."""
    file.seek(begins)
    frame = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW).decompressobj()
    fed = 0
    while piece := file.read(SLICE):
        fed += len(piece)
        try:
            frame.decompress(piece)
        except zstandard.ZstdError:
            return 0
        if frame.eof:
            return fed - len(frame.unused_data)
    return 0
