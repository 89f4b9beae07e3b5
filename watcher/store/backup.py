"""Backups: one whole, checked file out of a running store, and back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from watcher.store import mark, passport
from watcher.store.database import connect, driver, passport_of, quick_check, readable, writable
from watcher.store.errors import Corrupt, NoBackup, NoRoom, Occupied, Taken, Unstarted, translated
from watcher.store.lock import lock
from watcher.store.mark import Mark
from watcher.store.opening import raise_unless_newest, raise_unless_whole
from watcher.store.outbox import UNSETTLED
from watcher.store.places import database_of, draft, is_started, raise_if_foreign, replace, unwritable
from watcher.store.rows import changed
from watcher.store.schema import outbox
from watcher.store.upgrade import bring_up_to_date, raise_unless_current
from watcher.store.verify import verify


def backup(directory: Path, target: Path) -> Mapping[str, int]:
    """Write the present database to a new file for its owner alone, also while a daemon writes.

    What was written is read again and checked. Returns how many rows of each table are damaged in it, as they
    are in the database itself. Raises Taken when ``target`` exists, Unstarted where there is nothing to save,
    and Corrupt when the state is damaged.
    """
    if not is_started(directory):
        raise Unstarted(directory)
    known = mark.read(directory)
    with closing(readable(database_of(directory))) as current:
        raise_unless_newest(current, known)
        raise_unless_current(current)
    with unwritable(target):
        try:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError as error:
            raise Taken(target) from error
    try:
        _copy(database_of(directory), target)
        return _checked(target)
    except BaseException:
        target.unlink()
        raise


def restore(source: Path, directory: Path, *, force: bool, now: datetime) -> Path | None:
    """Make a backup the database of a directory, once it was read whole and brought up to date.

    What was still unsent in the backup may have been sent since: it is sent marked as a possible repeat, and
    so is what changed since the backup was made, which is found anew. Returns where the database that was
    there was put aside, None without one. Raises Occupied when a database is there (``force`` replaces it),
    AlreadyRunning beside a daemon, and NoBackup, NewerSchema or NoRoom for a backup that is no good, which
    leaves everything as it was.
    """
    with _taken_for_backup(source), unwritable(source):
        raise_if_foreign(source)
    with lock(directory):
        if database_of(directory).exists() and not force:
            raise Occupied(database_of(directory))
        needed, free = source.stat().st_size, shutil.disk_usage(directory).free
        if free < needed:
            raise NoRoom(database_of(directory), needed=needed, free=free)
        with _taken_for_backup(source), draft(directory) as path:
            _copy(source, path)
            with closing(writable(path)) as fresh:
                bring_up_to_date(fresh)
                with fresh.writing() as connection:
                    changed(connection, outbox.c.state.in_(UNSETTLED), {"possible_repeat": True})
                    passport.issue(driver(connection), restored_at=now)
            _checked(path)
            with closing(readable(path)) as fresh:
                found = passport_of(fresh)
            mark.wipe(directory)
            aside = replace(path, directory, aside=now)
            mark.leave(directory, Mark(found.name, found.writes))
            return aside


@contextmanager
def _taken_for_backup(source: Path) -> Iterator[None]:
    """Say of the file that was given what is found wrong with it, or with the copy that is made of it."""
    try:
        yield
    except Corrupt as error:
        raise NoBackup(source, error.why) from error


def _checked(path: Path) -> Mapping[str, int]:
    """Read a copy whole; raise Corrupt when its shape or its state is damaged."""
    quick_check(path)
    with closing(readable(path)) as copy:
        raise_unless_current(copy)
        raise_unless_whole(copy)
        return verify(copy)


def _copy(source: Path, target: Path) -> None:
    """Copy a database, as of one moment, also while others write to it (SQLite's online backup)."""
    with (
        translated(source),
        closing(connect(source, "mode=ro")) as old,
        closing(connect(target, "mode=rw")) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")
    with unwritable(target), target.open("rb") as file:
        os.fsync(file.fileno())
