"""Bodies: read and inflated in bounded steps, so that a gzip bomb cannot grow memory.

BodyError
├── TooLarge
└── Undecodable

What a body will grow to when it is parsed is told from its bytes, before it is: 32 MiB of ``{},{},…`` are ten
million objects, and one emoji in a text of 32 MiB makes each of its characters four bytes wide.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

STEP = 64 * 1024
EITHER_WRAPPER = 32 + zlib.MAX_WBITS
"""zlib's way to say: gzip or deflate, look at the first bytes."""

COMPRESSED = frozenset({"gzip", "x-gzip", "deflate"})
PLAIN = frozenset({"", "identity"})


LONGEST_TEXT = 4 * 1024 * 1024
"""Bytes of one text in a body; the largest real one is a description of a few thousand."""


class BodyError(Exception):
    """A body that cannot be had; its text says why."""


class TooLarge(BodyError):
    """The body, as sent, inflated or parsed, is above the limit."""


class Undecodable(BodyError):
    """The body is compressed in a way we did not ask for, damaged or cut short."""


class Flight:
    """The bytes of all bodies that are being read at once, at most ``limit``."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0

    @contextmanager
    def boarding(self) -> Iterator[Callable[[int], None]]:
        """Give what counts more bytes of one body, which leave together; it raises TooLarge."""
        mine = 0

        def grow(size: int) -> None:
            nonlocal mine
            mine += size
            self._size += size
            if self._size > self._limit:
                raise TooLarge(
                    f"the bodies that are read at once are above {self._limit / 1024 / 1024:g} MiB"
                )

        try:
            yield grow
        finally:
            self._size -= mine


async def read(response: httpx.Response, limit: int, flight: Flight) -> bytearray:
    """Return the inflated body of a response, at most ``limit`` bytes.

    Raises ``BodyError``, and what httpx raises when the connection fails. The caller closes the response.
    """
    with flight.boarding() as grow:
        return await _read(response, limit, grow)


async def _read(response: httpx.Response, limit: int, grow: Callable[[int], None]) -> bytearray:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in PLAIN:
        return await _plain(response, limit, grow)
    if encoding in COMPRESSED:
        return await _inflated(response, limit, grow)
    raise Undecodable(f"compressed as {encoding!r}, which was not asked for")


def weigh(body: bytes | bytearray, limit: int) -> int:
    """Return about how many values a JSON body holds, never fewer than there are; at most ``limit``.

    Raises TooLarge for more values, and for a text beyond all reason.
    """
    values = 1 + sum(body.count(sign) for sign in b",{[")
    if values > limit:
        raise TooLarge(f"the body holds more than {limit:,} values")
    half = LONGEST_TEXT // 2
    if any(body.find(b'"', start, start + half) < 0 for start in range(0, len(body) - half, half)):
        raise TooLarge(f"the body holds a text above {LONGEST_TEXT // 1024 // 1024} MiB")
    return values


async def _plain(response: httpx.Response, limit: int, grow: Callable[[int], None]) -> bytearray:
    whole = bytearray()
    async for part in _raw(response):
        _check(len(whole) + len(part), limit)
        grow(len(part))
        whole += part
    return whole


async def _inflated(response: httpx.Response, limit: int, grow: Callable[[int], None]) -> bytearray:
    inflator = zlib.decompressobj(EITHER_WRAPPER)
    whole = bytearray()
    received = 0
    async for chunk in _raw(response):
        received += len(chunk)
        _check(received, limit)
        for part in _steps(inflator, chunk):
            _check(len(whole) + len(part), limit)
            grow(len(part))
            whole += part
    if not inflator.eof:
        raise Undecodable("the compressed body ends too early")
    return whole


def _raw(response: httpx.Response) -> httpx.AsyncByteStream:
    """Return the bytes as they came: httpx's own decoders inflate a whole chunk at once."""
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101  # every async transport's stream is one
    return stream


def _steps(inflator: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    while chunk and not inflator.eof:
        try:
            part = inflator.decompress(chunk, STEP)
        except zlib.error as error:
            raise Undecodable(f"the compressed body is damaged ({error})") from error
        yield part
        chunk = inflator.unconsumed_tail


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise TooLarge(f"the body is above {limit / 1024 / 1024:g} MiB")
