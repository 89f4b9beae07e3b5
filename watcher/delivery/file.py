"""Files: one JSON object a line, appended in one write."""

from __future__ import annotations

import errno
import os
import stat
from datetime import timedelta, tzinfo

from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Outcome
from watcher.delivery.evidence import Evidence
from watcher.delivery.target import FileTarget
from watcher.delivery.transport import Post
from watcher.delivery.webhook import as_json

MODE = 0o640
OURS_TO_MEND = (PermissionError, IsADirectoryError, NotADirectoryError, FileNotFoundError)


class FileTransport:
    """Appends to one file, which others may rotate: it is opened for each line."""

    def __init__(self, target: FileTarget, zone: tzinfo) -> None:
        self._target = target
        self._zone = zone

    @property
    def spacing(self) -> timedelta:
        """Return none."""
        return timedelta(0)

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:
        """Return the writing of one line."""
        line = as_json(notification, self._zone, repeat=repeat).encode() + b"\n"

        def post(limit: timedelta) -> Evidence:  # noqa: ARG001  # a local write has no peer to wait for
            try:
                self._append(line)
            except OURS_TO_MEND as error:
                return Evidence(fault=Outcome.TARGET_FAULT, detail=error.strerror or type(error).__name__)
            except OSError as error:
                return Evidence(detail=error.strerror or type(error).__name__)
            return Evidence(delivered=True, detail="written")

        return post

    def _append(self, line: bytes) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK
        handle = os.open(self._target.path, flags, MODE)
        try:
            # A full disk may have cut the line before; ours must not be glued to it.
            text = line if _ends_whole(handle) else b"\n" + line
            if os.write(handle, text) < len(text):
                raise OSError(errno.ENOSPC, "the line was written in part")
            if stat.S_ISREG(os.fstat(handle).st_mode):
                os.fsync(handle)
        finally:
            os.close(handle)


def _ends_whole(handle: int) -> bool:
    size = os.fstat(handle).st_size
    return size == 0 or os.pread(handle, 1, size - 1) == b"\n"
