"""Opening: what is looked at before a database is trusted."""

from __future__ import annotations

from watcher.store import passport
from watcher.store.database import Database, driver, raise_unless_ok
from watcher.store.errors import Behind
from watcher.store.mark import Mark
from watcher.store.schema import APPLICATION_ID

LIVE = ("catalogs", "state", "outbox", "attempts", "pauses")
"""The tables whose rows must all be there, and be found: what is present, and what is still to be sent."""


def raise_unless_newest(database: Database, known: Mark | None) -> None:
    """Raise Behind when the database is not the one that was here, or lost what was written last.

    A file that is not ours passes: ``raise_unless_current`` says so better.
    """
    if known is None:
        return
    with database.reading() as connection:
        if connection.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION_ID:
            return
        if not passport.is_there(driver(connection)):
            raise Behind(database.path, "it is of an older version than the one that was here")
        found = passport.read(driver(connection), database.path)
    if found.name != known.name:
        raise Behind(database.path, "it is another database than the one that was here")
    if found.writes < known.writes:
        lost = known.writes - found.writes
        raise Behind(database.path, f"the last {lost:,} transactions are gone from it")


def raise_unless_whole(database: Database) -> None:
    """Raise Corrupt when a live table or one of its indexes is damaged."""
    with database.reading() as connection:
        checks = [f"PRAGMA integrity_check('{table}')" for table in LIVE]
        raise_unless_ok(driver(connection), database.path, checks)
