"""Backups: one whole, checked file out of a running store, and back."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from sqlalchemy import update

from watcher.store.database import connect, quick_check, readable, writable
from watcher.store.errors import Occupied, Taken, Unstarted, translated
from watcher.store.lock import lock
from watcher.store.outbox import UNSETTLED
from watcher.store.places import database_of, draft, is_started, raise_if_foreign, replace, unwritable
from watcher.store.schema import outbox
from watcher.store.upgrade import bring_up_to_date, raise_unless_current


def backup(directory: Path, target: Path) -> None:
    """Write the present database to a new file for its owner alone, also while a daemon writes.

    Raises Taken when ``target`` exists, and Unstarted where there is nothing to save.
    """
    if not is_started(directory):
        raise Unstarted(directory)
    with closing(readable(database_of(directory))) as current:
        raise_unless_current(current)
    with unwritable(target):
        try:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError as error:
            raise Taken(target) from error
    try:
        _copy(database_of(directory), target)
        quick_check(target)
    except BaseException:
        target.unlink()
        raise


def restore(source: Path, directory: Path, *, force: bool) -> None:
    """Make a backup the database of a directory, once it was read whole and brought up to date.

    What was still unsent in the backup may have been sent since: it is sent marked as a possible repeat.
    Raises Occupied when a database is there (``force`` replaces it), AlreadyRunning beside a daemon, and
    Corrupt or NewerSchema for a backup that is no good, which leaves everything as it was.
    """
    with unwritable(source):
        raise_if_foreign(source)
    with lock(directory):
        if database_of(directory).exists() and not force:
            raise Occupied(database_of(directory))
        with draft(directory) as path:
            _copy(source, path)
            quick_check(path)
            with closing(writable(path)) as fresh:
                bring_up_to_date(fresh)
                with fresh.writing() as connection:
                    unsent = outbox.c.state.in_(UNSETTLED)
                    connection.execute(update(outbox).where(unsent).values(possible_repeat=True))
            replace(path, directory)


def _copy(source: Path, target: Path) -> None:
    with translated(source):
        connection = connect(source, "mode=ro")
        try:
            connection.execute("VACUUM INTO ?", (str(target),))
        finally:
            connection.close()
    with unwritable(target), target.open("rb") as file:
        os.fsync(file.fileno())
