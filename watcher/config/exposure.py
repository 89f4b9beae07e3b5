"""Exposure: secrets that stand in a file which others on the machine may read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from watcher.config.environment import FromEnvironment
from watcher.config.problems import Findings, Path, Place
from watcher.config.tree import Entries, Items, Node, Scalar

ROOT = 0
SECRET_KEYS = frozenset({"api_key", "heartbeat", "url", "urls", "webhook", "secret"})
"""Under these keys a text is a secret, wherever they stand in the file's sections that have any."""

SECTIONS = ("catalog", "heartbeat", "receivers")


def readers(found: os.stat_result) -> str | None:
    """Return who else may read a file: ``everybody``, ``its group``, or None.

    A file of root's that one other group may read was given to that group on purpose: so a service reads it.
    """
    mode = f"mode {stat.S_IMODE(found.st_mode):04o}"
    if found.st_mode & stat.S_IROTH:
        return f"everybody on this machine may read it ({mode})"
    if found.st_mode & stat.S_IRGRP and not (found.st_uid == ROOT and found.st_gid != ROOT):
        return f"its group may read it ({mode})"
    return None


def doubt_exposure(top: Entries, found: os.stat_result, findings: Findings) -> None:
    """Warn once of secrets that are written out in a file which others may read, at the first of them."""
    who = readers(found)
    written = list(_written_out(top)) if who else []
    if not written:
        return
    place, path = written[0]
    what = "a secret stands" if len(written) == 1 else f"{len(written)} secrets stand"
    message = f"{what} in this file, and {who}; chmod 600, or use a `_file` key or ${{NAME}}"
    findings.doubt(place, path, message)


def _written_out(top: Entries) -> Iterator[tuple[Place, Path]]:
    for section in SECTIONS:
        if section in top.entries:
            yield from _secrets(top.entries[section], (section,), is_secret=section in SECRET_KEYS)


def _secrets(node: Node, path: Path, *, is_secret: bool) -> Iterator[tuple[Place, Path]]:
    match node:
        case Entries(entries=entries):
            for key, child in entries.items():
                yield from _secrets(child, (*path, key), is_secret=key in SECRET_KEYS)
        case Items(items=items):
            for index, child in enumerate(items):
                yield from _secrets(child, (*path, index), is_secret=is_secret)
        case Scalar(value=FromEnvironment()):
            pass
        case Scalar(value=str(value)) if is_secret and value.strip():
            yield node.place, path
        case _:
            pass
