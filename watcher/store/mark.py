"""The mark: which database is here and how far it came, written beside it after every transaction.

It is a line in the file ``initialised``, written in place and never waited for, so it is only ever behind.
When it is ahead, transactions that were on the disk are gone: the journal was deleted, or an older copy was
put in place by hand.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from watcher.store.places import SENTINEL, SENTINEL_TEXT

_LINE = re.compile(rb"mark ([0-9a-f]{16}) ([0-9]{20}) ([0-9a-f]{8})\n")
_START = len(SENTINEL_TEXT.encode())


class Mark(NamedTuple):
    """The name of a database, and how many transactions it had at least."""

    name: str
    writes: int


def read(directory: Path) -> Mark | None:
    """Return the mark of a directory; None when there is none, or it is damaged."""
    try:
        content = (directory / SENTINEL).read_bytes()
    except OSError:
        return None
    found = _LINE.fullmatch(content[_START:])
    if found is None or int(found[3], 16) != crc32(found[1] + found[2]):
        return None
    return Mark(found[1].decode(), int(found[2]))


def leave(directory: Path, mark: Mark) -> None:
    """Write the mark over the last one; on a disk that takes nothing the last one stays."""
    name, writes = mark.name.encode(), b"%020d" % mark.writes
    line = b"mark %b %b %08x\n" % (name, writes, crc32(name + writes))
    with suppress(OSError):
        descriptor = os.open(directory / SENTINEL, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.pwrite(descriptor, line, _START)
        finally:
            os.close(descriptor)


def wipe(directory: Path) -> None:
    """Take the mark away: another database will be put here."""
    with suppress(FileNotFoundError):
        os.truncate(directory / SENTINEL, _START)
