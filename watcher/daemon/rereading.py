"""Rereading: a configuration that changed takes the place of the one in force, while the daemon runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Protocol, TypeAlias

import structlog

from watcher.config import Config, ConfigError, Reload
from watcher.daemon.addresses import Addresses
from watcher.daemon.journal import note_failure

LOOK = timedelta(seconds=2)
"""How often the file is looked at. A file that was the same at two looks is written to its end."""

log = structlog.get_logger()

Read: TypeAlias = Callable[[], tuple[Config, Addresses]]
"""Reads the file again; raises ConfigError."""

Mark: TypeAlias = tuple[int, int, int]


class Reports(Protocol):
    """Who is told of a reading that begins, and of one that changes nothing."""

    def begun(self) -> None:
        """Take note that the configuration is being read again."""

    def refused(self, problems: Sequence[str]) -> None:
        """Take note that what was read changes nothing, and why."""


class Rereading:
    """Knows when a configuration is to be read again, by its file and by SIGHUP.

    Make one before the file is read for the first time: what changes after that is noticed.
    """

    def __init__(self, path: Path, read: Read, *, look: timedelta = LOOK) -> None:
        self._path = path
        self._read = read
        self._look = look
        self._in_force = _mark(path)
        self._last_look = self._in_force

    async def renewed(
        self, config: Config, hangup: asyncio.Event, reports: Reports
    ) -> tuple[Config, Addresses]:
        """Wait until a configuration can replace ``config``, and return it.

        One that is wrong, or that asks for what only a start can bring, is logged, reported, and changes
        nothing.
        """
        while True:
            await self._asked(config.reload, hangup, reports)
            self._in_force = _mark(self._path)
            reports.begun()
            found = await asyncio.to_thread(self._tried)
            if not isinstance(found, tuple):
                _refuse(found, reports)
            elif keys := _only_at_a_start(config, found[0]):
                _refuse([f"{' and '.join(keys)} changed: restart the daemon"], reports)
            else:
                return found

    async def _asked(self, reload: Reload, hangup: asyncio.Event, reports: Reports) -> None:
        while True:
            # Not wait_for, which before Python 3.12 swallows an end that comes together with the SIGHUP.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look.total_seconds()):
                    await hangup.wait()
            if hangup.is_set():
                hangup.clear()
                if reload is not Reload.OFF:
                    return
                reports.begun()
                _refuse(["`reload: off` stands in it: restart the daemon"], reports)
            if self._changed() and reload is Reload.AUTO:
                return

    def _changed(self) -> bool:
        mark, before = _mark(self._path), self._last_look
        self._last_look = mark
        return mark is not None and mark == before and mark != self._in_force

    def _tried(self) -> tuple[Config, Addresses] | list[str]:
        """Return what was read, or all that is wrong with it."""
        try:
            return self._read()
        except ConfigError as error:
            return [problem.told(error.source) for problem in error.problems]
        except Exception as error:  # noqa: BLE001  # our own mistake must not end a daemon that runs well
            note_failure("config.failed", error)
            return [f"it could not be read: {type(error).__name__}, by a mistake of ours; the log says where"]


def _refuse(problems: Sequence[str], reports: Reports) -> None:
    reports.refused(problems)
    for problem in problems:
        log.warning("config.refused", reason=problem)


def _only_at_a_start(old: Config, new: Config) -> list[str]:
    """Return the keys that differ though the state, or every lane, was opened with them."""
    pairs = {
        "state": (old.state, new.state),
        "catalog.base_url": (old.catalog.base_url, new.catalog.base_url),
        "timezone": (old.rulebook.timezone, new.rulebook.timezone),
    }
    return [key for key, (was, now) in pairs.items() if was != now]


def _mark(path: Path) -> Mark | None:
    """Return what changes with a file's content, None while there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
