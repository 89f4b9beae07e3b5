"""What can be wrong with an archive as a whole; a single bad poll is a value, not an error.

ArchiveError
├── MissingArchiveError      no such file or directory
├── UnknownArchiveError      a file of another kind, or a directory without recorded polls
├── UnreadableArchiveError   not allowed to read it, or the disk failed
├── CorruptArchiveError      its compression is damaged, or it is not compressed as its name says
└── UnwritableArchiveError   a poll cannot be appended to it
"""

from __future__ import annotations

from pathlib import Path


class ArchiveError(Exception):
    """An archive cannot be used; the message names the path and what to do."""

    def __init__(self, path: Path, reason: str) -> None:
        """Say which ``path`` and why."""
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class MissingArchiveError(ArchiveError):
    """There is no such file or directory."""


class UnknownArchiveError(ArchiveError):
    """It is no recording of a kind we know."""


class UnreadableArchiveError(ArchiveError):
    """The operating system does not give it to us."""


class CorruptArchiveError(ArchiveError):
    """Its compressed stream is damaged."""


class UnwritableArchiveError(ArchiveError):
    """The operating system does not let us append to it."""
