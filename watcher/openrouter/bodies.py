"""Bodies: read and inflated in bounded steps, so that a gzip bomb cannot grow memory.

BodyError
├── TooLarge
└── Undecodable
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

STEP = 64 * 1024
EITHER_WRAPPER = 32 + zlib.MAX_WBITS
"""zlib's way to say: gzip or deflate, look at the first bytes."""

COMPRESSED = frozenset({"gzip", "x-gzip", "deflate"})
PLAIN = frozenset({"", "identity"})


class BodyError(Exception):
    """A body that cannot be had; its text says why."""


class TooLarge(BodyError):
    """The body, as sent or inflated, is above the limit."""


class Undecodable(BodyError):
    """The body is compressed in a way we did not ask for, damaged or cut short."""


async def read(response: httpx.Response, limit: int) -> bytes:
    """Return the inflated body of a response, at most ``limit`` bytes.

    Raises ``BodyError``, and what httpx raises when the connection fails. The caller closes the response.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in PLAIN:
        return await _plain(response, limit)
    if encoding in COMPRESSED:
        return await _inflated(response, limit)
    raise Undecodable(f"compressed as {encoding!r}, which was not asked for")


async def _plain(response: httpx.Response, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in _raw(response):
        parts.append(part)
        size += len(part)
        _check(size, limit)
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def _inflated(response: httpx.Response, limit: int) -> bytes:
    inflator = zlib.decompressobj(EITHER_WRAPPER)
    parts: list[bytes] = []
    received = size = 0
    async for chunk in _raw(response):
        received += len(chunk)
        _check(received, limit)
        for part in _steps(inflator, chunk):
            parts.append(part)
            size += len(part)
            _check(size, limit)
    if not inflator.eof:
        raise Undecodable("the compressed body ends too early")
    return parts[0] if len(parts) == 1 else b"".join(parts)


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
