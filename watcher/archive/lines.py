"""Lines: the polls of one recorded file as raw JSON, one in memory at a time."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import zstandard

from watcher.archive.errors import CorruptArchiveError, UnreadableArchiveError
from watcher.archive.sources import ONE_POLL

LARGEST_WINDOW = 128 << 20
LONGEST_POLL = 256 << 20
READ_AHEAD = 1 << 20
GZIP = 16
"""Tells zlib to expect a gzip header."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One poll as it stands in a file; ``number`` counts from 1, ``flaw`` says why it is unusable."""

    number: int
    raw: bytes
    flaw: str | None = None


def lines(path: Path, longest: int = LONGEST_POLL) -> Iterator[Line]:
    """Yield the polls of a file in the order they stand in.

    A stream that ends in the middle (its writer is alive, or died) ends with a line whose flaw says so, and
    so does each poll of ``longest`` bytes or more.
    Raises ArchiveError when the file cannot be read at all.
    """
    with opened(path, whole=path.name.endswith(ONE_POLL)) as stream:
        if path.name.endswith(ONE_POLL):
            yield _whole(stream, path.suffix, longest)
        else:
            yield from _each(stream, longest)


def head(path: Path, size: int) -> bytes:
    """Return the first bytes of a file, inflated. Raises ArchiveError."""
    with opened(path) as stream:
        try:
            return stream.read(size)
        except EOFError:
            return b""


@contextmanager
def opened(path: Path, *, whole: bool = False) -> Iterator[BinaryIO]:
    """Open a recorded file for reading, inflated unless it will be read as a whole.

    Raises ArchiveError, also for errors while it is read.
    """
    try:
        with path.open("rb") as file:
            yield file if whole else _inflated(file, path.suffix)
    except (gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise CorruptArchiveError(path, f"damaged compression ({error}); fetch or copy it again") from error
    except OSError as error:
        raise UnreadableArchiveError(path, f"cannot be read: {error.strerror or error}") from error


def _inflated(file: BinaryIO, suffix: str) -> BinaryIO:
    if suffix == ".gz":
        return cast("BinaryIO", gzip.GzipFile(fileobj=file))
    if suffix == ".zst":
        inflater = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW)
        return io.BufferedReader(inflater.stream_reader(file, read_across_frames=True), READ_AHEAD)
    return file


def _whole(stream: BinaryIO, suffix: str, longest: int) -> Line:
    try:
        raw = _gunzip(stream.read(), longest) if suffix == ".gz" else stream.read(longest)
    except EOFError:
        return Line(1, b"", "truncated: the file ends in the middle of the poll")
    if len(raw) == longest:
        return Line(1, b"", f"longer than {longest} bytes")
    return Line(1, raw.removeprefix(BYTE_ORDER_MARK))


def _gunzip(packed: bytes, longest: int) -> bytes:
    """Return up to ``longest`` bytes of all members; in one go, which is twice as quick as a stream."""
    raw = b""
    while packed and len(raw) < longest:
        member = zlib.decompressobj(zlib.MAX_WBITS | GZIP)
        raw += member.decompress(packed, longest - len(raw))
        if not member.eof and len(raw) < longest:
            raise EOFError
        packed = member.unused_data
    return raw


def _each(stream: BinaryIO, longest: int) -> Iterator[Line]:
    for number in count(1):
        try:
            raw = stream.readline(longest)
            overlong = len(raw) == longest
            while len(raw) == longest and not raw.endswith(b"\n"):
                raw = stream.readline(longest)
        except EOFError:
            yield Line(number, b"", "truncated: the file ends in the middle of a poll")
            return
        if overlong:
            yield Line(number, b"", f"longer than {longest} bytes")
        elif not raw:
            return
        elif not raw.isspace():
            yield Line(number, raw.removeprefix(BYTE_ORDER_MARK) if number == 1 else raw)
