"""The schema of a database file: made new, recognised, or brought up to date.

Alembic is imported only to bring an older file up to date (0.2 s that no other start pays). A new file is
made straight from the tables, which a test holds equal to the migrations.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select

from watcher.store.database import Database, writable
from watcher.store.errors import Corrupt, NewerSchema, OlderSchema
from watcher.store.places import draft, mark_started, put_in_place
from watcher.store.schema import APPLICATION_ID, REVISION, metadata, stamps


def create(directory: Path) -> None:
    """Put a new, empty database into the directory, whole or not at all."""
    with draft(directory) as path:
        with closing(writable(path)) as fresh, fresh.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            metadata.create_all(connection, checkfirst=False)
            stamps.create(connection, checkfirst=False)
            connection.execute(insert(stamps).values(version_num=REVISION))
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


def bring_up_to_date(database: Database) -> None:
    """Upgrade an older file in one transaction; raise as ``raise_unless_current`` does for any other."""
    try:
        raise_unless_current(database)
    except OlderSchema:
        with database.writing() as connection:
            if _revision(connection, database.path) < REVISION:
                migrate(connection)


def migrate(connection: Connection) -> None:
    """Run all migrations that are missing, inside the transaction of this connection."""
    from alembic import command  # noqa: PLC0415  # heavy, and needed after an upgrade of watcher only
    from alembic.config import Config  # noqa: PLC0415  # as above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection, path: Path) -> str:
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if application != APPLICATION_ID:
        raise Corrupt(path, "this database is not watcher's")
    if not inspect(connection).has_table(stamps.name):
        return ""
    return connection.execute(select(stamps.c.version_num)).scalar() or ""
