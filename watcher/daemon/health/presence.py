"""Presence: the small file in which a running daemon says how it does, for ``watcher status`` beside it.

A file and not a row of the store: it is about a process and not about the catalog, belongs into no backup,
and can be read when the database cannot. It is replaced as a whole, and is gone after a clean end.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from watcher.daemon.health.standing import Refused
from watcher.store.processes import is_running, pid_space

NAME = "daemon.json"
FRESH = timedelta(minutes=2)
"""It is written three times a minute: what is older was left by a daemon that was killed, or that hangs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What a daemon said of itself ``at`` some time (UTC); ``conditions`` are the sentences of its health.

    ``space`` says what its ``pid`` means where; None where that is not known.
    """

    pid: int
    version: str
    at: datetime
    started_at: datetime
    configured_at: datetime
    sentence: str
    conditions: tuple[str, ...] = ()
    refused: Refused | None = None
    space: str | None = None

    def is_alive(self, now: datetime) -> bool:
        """Tell whether the daemon said this just now, and was not killed since as far as can be seen."""
        return abs(now - self.at) <= FRESH and not self.is_gone()

    def is_gone(self) -> bool:
        """Tell whether the daemon's process is to be seen from here, if it runs, and is not."""
        return self.space is not None and self.space == pid_space() and not is_running(self.pid)


def show(directory: Path, presence: Presence) -> None:
    """Write a presence into the state directory, for its owner alone. Raises OSError."""
    text, draft = orjson.dumps(asdict(presence)), directory / f"{NAME}.new"
    try:
        _write(draft, text, os.O_TRUNC)
        draft.replace(directory / NAME)
    except OSError:
        # A full disk has no room for a second file, but the first one still has its own.
        _write(directory / NAME, text, 0)


def _write(path: Path, text: bytes, flag: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | flag, 0o600)
    try:
        os.ftruncate(descriptor, os.pwrite(descriptor, text, 0))
    finally:
        os.close(descriptor)


def hide(directory: Path) -> None:
    """Take the presence away."""
    for name in (NAME, f"{NAME}.new"):
        with contextlib.suppress(OSError):
            (directory / name).unlink(missing_ok=True)


def seen(directory: Path) -> Presence | None:
    """Return what the daemon of a state directory said last, None where there is nothing that can be read."""
    try:
        found = orjson.loads((directory / NAME).read_bytes())
        return _presence(found)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _presence(found: dict[str, Any]) -> Presence:
    refused = found["refused"]
    return Presence(
        pid=int(found["pid"]),
        version=str(found["version"]),
        at=datetime.fromisoformat(found["at"]),
        started_at=datetime.fromisoformat(found["started_at"]),
        configured_at=datetime.fromisoformat(found["configured_at"]),
        sentence=str(found["sentence"]),
        conditions=tuple(map(str, found["conditions"])),
        refused=None
        if refused is None
        else Refused(at=datetime.fromisoformat(refused["at"]), problems=tuple(map(str, refused["problems"]))),
        space=found.get("space"),
    )
