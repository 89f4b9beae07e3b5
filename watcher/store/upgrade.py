"""The schema of a database file: made new, recognised, or brought up to date.

Alembic is imported only to bring an older file up to date (0.2 s that no other start pays). A new file is
made straight from the tables, which a test holds equal to the migrations.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, insert
from sqlalchemy.exc import DBAPIError

from watcher.store import passport
from watcher.store.database import INCREMENTAL, Database, connect, driver, writable
from watcher.store.errors import Corrupt, NewerSchema, NoRoom, OlderSchema, translated
from watcher.store.places import draft, mark_started, put_in_place
from watcher.store.schema import APPLICATION_ID, REVISION, REVISIONS, metadata, stamps

ROOM = 3
"""An upgrade and the compaction after it need so many times the file's own size, at most and for a while."""

_STAMPS = "SELECT version_num FROM alembic_version"
_HAS_STAMPS = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"


def create(directory: Path) -> None:
    """Put a new, empty database into the directory, whole or not at all."""
    with draft(directory) as path:
        with closing(writable(path)) as fresh, fresh.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            metadata.create_all(connection, checkfirst=False)
            stamps.create(connection, checkfirst=False)
            connection.execute(insert(stamps).values(version_num=REVISION))
            _say_version(connection)
            passport.issue(driver(connection))
        put_in_place(path, directory)
    mark_started(directory)


def raise_unless_current(database: Database) -> None:
    """Raise Corrupt for a file that is not ours, OlderSchema and NewerSchema for one of another version."""
    with database.reading() as connection:
        found = _revision(connection, database.path)
        if found > REVISION:
            raise NewerSchema(database.path, found, REVISION)
        if found < REVISION:
            raise OlderSchema(database.path, found, REVISION)
        passport.raise_unless_in_shape(driver(connection), database.path)


def bring_up_to_date(database: Database) -> None:
    """Upgrade an older file in one transaction; raise as ``raise_unless_current`` does for any other."""
    try:
        raise_unless_current(database)
    except OlderSchema:
        raise_unless_roomy(database.path, free_beside(database.path))
        try:
            with database.writing() as connection:
                if _revision(connection, database.path) < REVISION:
                    _upgrade(connection, database.path)
        except DBAPIError as error:
            raise Corrupt(database.path, f"it cannot be upgraded ({error.orig})") from error
    compact_once(database.path)


def compact_once(path: Path) -> None:
    """Make a file that cannot shrink one that can, by writing it anew; later when there is no room for it."""
    with translated(path), closing(connect(path, "mode=rw")) as connection:
        if connection.execute("PRAGMA auto_vacuum").fetchone()[0] == INCREMENTAL:
            return
        try:
            raise_unless_roomy(path, free_beside(path))
        except NoRoom:
            return
        connection.execute(f"PRAGMA auto_vacuum = {INCREMENTAL}")
        connection.execute("VACUUM")


def raise_unless_roomy(path: Path, free: int) -> None:
    """Raise NoRoom when so many free bytes are too few to write the whole file anew."""
    needed = path.stat().st_size * ROOM
    if free < needed:
        raise NoRoom(path, needed=needed, free=free)


def free_beside(path: Path) -> int:
    """Return how many bytes more the disk takes that a file lies on."""
    return shutil.disk_usage(path.parent).free


def migrate(connection: Connection) -> None:
    """Run all migrations that are missing, inside the transaction of this connection."""
    from alembic import command  # noqa: PLC0415  # heavy, and needed after an upgrade of watcher only
    from alembic.config import Config  # noqa: PLC0415  # as above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _upgrade(connection: Connection, path: Path) -> None:
    """Migrate a database; one that has a passport keeps its name, by which the mark beside it knows it."""
    has_passport = passport.is_there(driver(connection))
    migrate(connection)
    _say_version(connection)
    if has_passport:
        passport.renew(driver(connection), path)
    else:
        passport.issue(driver(connection))


def _say_version(connection: Connection) -> None:
    """Say in the file's header too which version it is."""
    connection.exec_driver_sql(f"PRAGMA user_version = {int(REVISION)}")


def _revision(connection: Connection, path: Path) -> str:
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if application != APPLICATION_ID:
        raise Corrupt(path, "this database is not watcher's")
    has_stamps = connection.exec_driver_sql(_HAS_STAMPS).scalar()
    found = str(connection.exec_driver_sql(_STAMPS).scalar()) if has_stamps else ""
    header = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    is_known = found in REVISIONS or (found.isdecimal() and found > REVISION)
    if not is_known or not _is_consistent(found, header, passport.is_there(driver(connection))):
        raise Corrupt(path, "it does not say which version wrote it")
    return found


def _is_consistent(revision: str, header: int, has_passport: bool) -> bool:
    """Tell whether all that names the version agrees; the first one had neither passport nor header."""
    return not has_passport if revision == REVISIONS[0] else has_passport and header == int(revision)
