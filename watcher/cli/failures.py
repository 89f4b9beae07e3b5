"""Failures: how a verb ends when it did not do what it was asked, in one plain sentence and a code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import IntEnum
from typing import IO, Any

import click


class Exit(IntEnum):
    """The codes a verb ends with; where several hold, 2 goes before 3, 3 before 4, 4 before 1."""

    DONE = 0
    FAILED = 1
    WRONG = 2
    BLIND = 3
    UNDELIVERED = 4

    @property
    def means(self) -> str:
        """Return what people read about it in ``--help``."""
        return _MEANS[self]


_MEANS = {
    Exit.DONE: "done",
    Exit.FAILED: "failed; the reason is on standard error",
    Exit.WRONG: "the configuration or the command line is wrong",
    Exit.BLIND: "a surface that some rule needs gave no believed poll",
    Exit.UNDELIVERED: "a message was not delivered",
}

DEBUG = "WATCHER_DEBUG"


class Failure(click.ClickException):
    """Ends a verb with sentences on standard error and exit code 1."""

    exit_code = int(Exit.FAILED)

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentences as they are."""
        click.echo(self.message, file=file, err=file is None)


class Misuse(Failure):
    """The configuration or the command line is wrong: exit code 2."""

    exit_code = int(Exit.WRONG)


KINDS: Mapping[str, type[Failure]] = {
    "watcher.config.problems.ConfigError": Misuse,
    "watcher.archive.errors.MissingArchiveError": Misuse,
    "watcher.archive.errors.UnknownArchiveError": Misuse,
    "watcher.archive.errors.ArchiveError": Failure,
    "watcher.store.errors.StoreError": Failure,
}
"""The errors whose text is written for users, by name: a verb that never imports a family never raises it."""


def failure_of(error: Exception) -> Failure:
    """Return what an error means to the user: its own words where it was written for them, else a bug."""
    for kind in type(error).__mro__:
        failure = KINDS.get(f"{kind.__module__}.{kind.__qualname__}")
        if failure is not None:
            return failure(str(error))
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return Failure(f"{where}{error.strerror}")
    said = f"{type(error).__name__}: {error}"
    return Failure(f"this is a bug in watcher: {said}\nSet {DEBUG}=1 and run it again to see where.")


def is_debugging() -> bool:
    """Tell whether the user asked for tracebacks."""
    return bool(os.environ.get(DEBUG))
