"""What can go wrong with the store; every message says what to do.

StoreError
├── Unstarted        nothing was ever recorded here (reading verbs only)
├── Missing          there was a database, and it is gone
├── Corrupt          it is damaged, empty, or no database of ours
│   └── NoBackup     what a restore was given is
├── Behind           what was written last is gone from it, or it is another one
├── NewerSchema      a newer version wrote it
│   └── NewerState   so what it holds says, in words that this version does not know
├── OlderSchema      an older version wrote it, and we only read
├── Unwritable       permissions, owner, read-only file system
├── NoRoom           an upgrade or a restore would not fit on the disk
├── Full             the disk (or a quota) is full
├── Busy             another program holds it for too long
├── Conflict         somebody committed since it was read
├── AlreadyRunning   another daemon holds the directory
└── Occupied         a restore would replace what is there
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

MEGABYTE = 1_000_000


class StoreError(Exception):
    """The store cannot do what was asked; nothing was half-written."""


class Unstarted(StoreError):
    """Nothing was ever recorded in this directory."""

    def __init__(self, directory: Path) -> None:
        """Name the directory that holds nothing yet."""
        super().__init__(
            f"{directory}: nothing is recorded here yet; start with `watcher run` or `watcher once`"
        )


class Missing(StoreError):
    """The database is gone although the directory was in use."""

    def __init__(self, path: Path, trace: Path) -> None:
        """Name the lost file and what tells that it was there."""
        super().__init__(
            f"{path}: the database is gone, but {trace.name} shows that there was one; bring it back with "
            f"`watcher restore BACKUP`, or move {path.parent} away to start anew"
        )


class Corrupt(StoreError):
    """The file is damaged, empty, or not ours; ``why`` says which."""

    def __init__(self, path: Path, why: str) -> None:
        """Name the file and what is wrong with it."""
        self.why = why
        super().__init__(
            f"{path}: {why}; bring back a copy with `watcher restore BACKUP --force`, or move {path.parent} "
            "away to start anew"
        )


class NoBackup(Corrupt):
    """What was to be restored is damaged, empty, or not ours; what was there stays."""

    def __init__(self, path: Path, why: str) -> None:
        """Name the file and what is wrong with it."""
        self.why = why
        StoreError.__init__(self, f"{path}: {why}; nothing was changed. Take another backup")


class Behind(StoreError):
    """The database is older than it was, or not the one that was here."""

    def __init__(self, path: Path, why: str) -> None:
        """Name the file and what tells that it is not the newest."""
        super().__init__(
            f"{path}: {why}: its journal (-wal) was deleted, or a copy was put in its place by hand; bring "
            f"back a newer backup with `watcher restore BACKUP --force`, or take what is there with "
            f"`watcher restore {path} --force`"
        )


class NewerSchema(StoreError):
    """A newer version of watcher wrote the database."""

    def __init__(self, path: Path, found: str, known: str) -> None:
        """Name both versions of the schema."""
        super().__init__(
            f"{path}: written by a newer watcher (schema {found}, this one knows {known}); upgrade watcher, "
            "or `watcher restore` a backup of the older version"
        )


class NewerState(NewerSchema):
    """The state is whole, and holds what this version does not know."""

    def __init__(self, path: Path, what: str) -> None:
        """Name the file and what is unknown."""
        StoreError.__init__(
            self,
            f"{path}: written by a newer watcher ({what} is not known here); upgrade watcher, or "
            "`watcher restore` a backup of the older version",
        )


class OlderSchema(StoreError):
    """An older version wrote the database, and a reader must not upgrade it."""

    def __init__(self, path: Path, found: str, known: str) -> None:
        """Name both versions of the schema."""
        super().__init__(
            f"{path}: written by an older watcher (schema {found or 'none'}, this one needs {known}); "
            "start the daemon or `watcher once`, which upgrades it"
        )


class Unwritable(StoreError):
    """The directory or a file in it cannot be opened or written."""

    def __init__(self, path: Path, why: str) -> None:
        """Name the path and the system's reason."""
        super().__init__(
            f"{path}: cannot be read or written ({why}); check its owner, permissions and file system"
        )


class Full(StoreError):
    """There is no room; the transaction was rolled back."""

    def __init__(self, path: Path) -> None:
        """Name the database."""
        super().__init__(
            f"{path}: the disk or a quota is full; nothing was written, the last state stands. Make room"
        )


class NoRoom(StoreError):
    """There is too little room to write the database anew; nothing was tried."""

    def __init__(self, path: Path, *, needed: int, free: int) -> None:
        """Name the database, and how many bytes it takes and there are."""
        super().__init__(
            f"{path}: to write it anew takes {needed // MEGABYTE + 1:,} MB of room beside it, and there are "
            f"{free // MEGABYTE:,} MB; nothing was changed. Make room and try again"
        )


class Busy(StoreError):
    """Another program held the database's lock for longer than we wait."""

    def __init__(self, path: Path) -> None:
        """Name the database."""
        super().__init__(f"{path}: another program keeps it locked (a backup tool?); stop it and try again")


class Conflict(StoreError):
    """Somebody else committed in between: load again and decide again."""

    def __init__(self, expected: int) -> None:
        """Name the version that no longer holds."""
        super().__init__(
            f"the state moved on from version {expected} while it was judged; load and judge again"
        )


class AlreadyRunning(StoreError):
    """Another daemon holds the directory; ``pid`` is its process id, None when it did not say."""

    def __init__(self, directory: Path, pid: int | None) -> None:
        """Name the directory and the holder."""
        self.pid = pid
        who = "another daemon" if pid is None else f"the daemon with pid {pid}"
        super().__init__(
            f"{directory}: {who} is already running here; stop it, or give this one its own `state`"
        )


class Occupied(StoreError):
    """A restore found a database in its place."""

    def __init__(self, path: Path) -> None:
        """Name the file that would be replaced."""
        super().__init__(f"{path}: a database is here already; add --force to replace it")


class Taken(StoreError):
    """A backup found a file under its name, which is never replaced."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        super().__init__(f"{path}: this file is here already, and a backup replaces none; give another name")


CORRUPT = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR_SHORT_READ"})
FULL = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_TRUNCATE"})
BUSY = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED"})
UNWRITABLE = frozenset({"SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH", "SQLITE_IOERR"})


def understood(error: sqlite3.Error, path: Path) -> StoreError | None:
    """Return what an error of SQLite means to the user, or None when it is a mistake of ours."""
    name = getattr(error, "sqlite_errorname", None) or ""
    family = "_".join(name.split("_")[:2])
    if name in CORRUPT or family in CORRUPT or str(error).startswith("Could not decode"):
        return Corrupt(path, f"damaged or no database ({error})")
    if name in FULL:
        return Full(path)
    if family in BUSY:
        return Busy(path)
    if family in UNWRITABLE:
        return Unwritable(path, str(error))
    return None


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise the errors of the database as those of this module; what is our mistake stays as it is."""
    try:
        yield
    except DBAPIError as error:
        reason = understood(error.orig, path) if isinstance(error.orig, sqlite3.Error) else None
        if reason is None:
            raise
        raise reason from error
    except UnicodeDecodeError as error:  # of SQLite's own words about what it found
        raise Corrupt(path, "damaged (it holds text that is no text)") from error
    except sqlite3.Error as error:
        reason = understood(error, path)
        if reason is None:
            raise
        raise reason from error
