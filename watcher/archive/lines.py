"""Lines: the polls of one recorded file as raw JSON, one in memory at a time."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import zstandard

from watcher.archive.errors import CorruptArchiveError, UnreadableArchiveError
from watcher.archive.sources import ONE_POLL

LARGEST_WINDOW = 128 << 20
LONGEST_POLL = 256 << 20
READ_AHEAD = 1 << 20
SIP = 4096
"""How much of a zstd file is inflated at once: at most 128 MiB, whatever it claims to be."""
SWALLOW = 128 << 10
"""How much of a gzip file is read at once."""
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
    so does each poll of ``longest`` bytes or more, and a damaged file of one poll.
    Raises ArchiveError when the file cannot be read at all. Damage within a file of many polls shows only
    after some that it may have changed: it makes the file one that cannot be read.
    """
    with opened(path, whole=path.name.endswith(ONE_POLL)) as stream:
        if path.name.endswith(ONE_POLL):
            yield _whole(stream, path.suffix, longest)
        else:
            yield from _each(stream, longest)


def head(path: Path, size: int) -> bytes:
    """Return the first bytes of a file, inflated; none where it is cut or damaged. Raises ArchiveError."""
    with opened(path) as stream:
        try:
            return stream.read(size)
        except (EOFError, zlib.error):
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
        reason = f"{_damaged(error)}, or leave it out: its polls cannot be trusted, and nothing was judged"
        raise CorruptArchiveError(path, reason) from error
    except OSError as error:
        raise UnreadableArchiveError(path, f"cannot be read: {error.strerror or error}") from error


def _damaged(error: Exception) -> str:
    return f"damaged compression ({error}); fetch or copy it again"


def _inflated(file: BinaryIO, suffix: str) -> BinaryIO:
    if suffix == ".gz":
        return io.BufferedReader(_Members(file), READ_AHEAD)
    if suffix == ".zst":
        return io.BufferedReader(_Frames(file), READ_AHEAD)
    return file


class _Members(io.RawIOBase):
    """The content of a file of gzip members; raises EOFError where the file ends within one.

    Python's own reader inflates 8 kB at a time, which costs half as much again (measured).
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._packed = b""
        self._member: Any = None

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, and return how much of it; 0 at the end. Raises EOFError, zlib.error."""
        room = memoryview(buffer).cast("B")
        while True:
            self._packed = self._packed or self._file.read(SWALLOW)
            if self._member is None:
                # A file may be filled up with zeros (RFC 1952 lets readers pass over them).
                self._packed = self._packed.lstrip(b"\0") or self._file.read(SWALLOW)
                if not self._packed:
                    return 0
                self._member = zlib.decompressobj(zlib.MAX_WBITS | GZIP)
            # Also without anything new: it may hold what did not fit into the last buffer.
            content, ends = self._member.decompress(self._packed, len(room)), not self._packed
            self._packed = self._member.unconsumed_tail
            if self._member.eof:
                self._packed, self._member = self._member.unused_data, None
            if content:
                room[: len(content)] = content
                return len(content)
            if ends and self._member is not None:
                raise EOFError


class _Frames(io.RawIOBase):
    """The content of a file of zstd frames; raises EOFError where the file ends within one.

    zstandard's own stream reader takes a file that was cut off for one that is complete.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._inflater = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW)
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._content = memoryview(b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, and return how much of it; 0 at the end. Raises EOFError, ZstdError."""
        while not self._content:
            packed = (self._frame and self._frame.unused_data) or self._file.read(SIP)
            if not packed and (self._frame is None or self._frame.eof):
                return 0
            if not packed:
                raise EOFError
            if self._frame is None or self._frame.eof:
                self._frame = self._inflater.decompressobj()
            self._content = memoryview(self._frame.decompress(packed))
        room = memoryview(buffer).cast("B")
        taken = min(len(room), len(self._content))
        room[:taken] = self._content[:taken]
        self._content = self._content[taken:]
        return taken


def _whole(stream: BinaryIO, suffix: str, longest: int) -> Line:
    try:
        raw = _gunzip(stream.read(), longest) if suffix == ".gz" else stream.read(longest)
    except EOFError:
        return Line(1, b"", "truncated: the file ends in the middle of the poll")
    except zlib.error as error:
        return Line(1, b"", _damaged(error))
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
