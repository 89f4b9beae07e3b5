"""A doomed daemon: ``watcher run`` as it is, that kills itself with SIGKILL where it is told to.

    python -m tests.acceptance.doomed CONFIG POINT

The points are those of RELIABILITY section 6, ``claim of SUBJECT``, and two of a reload. They are watched
from outside: the archive's file is opened between fetch and judgement (an audit hook), transactions are
SQLAlchemy's events, and the way out is the transport that the daemon is handed. POINT may be ``nowhere``.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from watcher.alerts.notification import Notification
from watcher.cli.watching import watched
from watcher.config import Config
from watcher.daemon import logs
from watcher.daemon.addresses import Addresses
from watcher.daemon.clock import wall_clock
from watcher.daemon.house import opened
from watcher.daemon.rereading import Rereading
from watcher.daemon.run import run
from watcher.delivery.evidence import Evidence
from watcher.delivery.target import Target
from watcher.delivery.transport import Post, Transport

PassBy = Callable[[str], None]


def fate(point: str) -> PassBy:
    """Return what is told of every point that is passed, and lets one of them be the last."""

    before: set[str] = set()

    def pass_by(passed: str) -> None:
        # A start settles what a reload settles.
        if passed == point and (point != "reload_settled" or "reload_read" in before):
            os.kill(os.getpid(), signal.SIGKILL)
        before.add(passed)

    return pass_by


def watch_archive(folder: Path, pass_by: PassBy) -> None:
    """A poll is kept when it is fetched, and before it is judged."""

    def heard(name: str, arguments: tuple[Any, ...]) -> None:
        if name == "open" and str(arguments[0]).startswith(str(folder)):
            pass_by("after_fetch")

    sys.addaudithook(heard)


def watch_transactions(pass_by: PassBy) -> None:
    """The ledger writes in the main thread, and a lane in its own."""
    touched = threading.local()

    def begins(_: Any) -> None:
        touched.statements = []

    def executes(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.startswith("UPDATE catalogs"):
            pass_by("after_diff")
        if statement.startswith("INSERT INTO outbox"):
            pass_by("mid_tx")
        touched.statements = [*getattr(touched, "statements", ()), statement]

    def commits(_: Any) -> None:
        if wrote("INSERT INTO outbox"):
            pass_by("before_commit")

    def committed(*_: Any) -> None:
        if wrote("INSERT INTO outbox"):
            pass_by("after_commit")
        if wrote("DELETE FROM pauses"):
            pass_by("reload_settled")
        if wrote("INSERT INTO attempts") and threading.current_thread() is not threading.main_thread():
            pass_by("after_mark")

    def wrote(beginning: str) -> bool:
        return any(statement.startswith(beginning) for statement in getattr(touched, "statements", ()))

    event.listen(Engine, "begin", begins)
    event.listen(Engine, "before_cursor_execute", executes)
    event.listen(Engine, "commit", commits)
    event.listen(Pool, "checkin", committed)


class DoomedTransport:
    """The target's own transport, between two points."""

    def __init__(self, transport: Transport, pass_by: PassBy) -> None:
        self._transport = transport
        self._pass_by = pass_by

    @property
    def spacing(self) -> timedelta:
        return self._transport.spacing

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:
        self._pass_by("after_claim")
        for alert in notification.alerts:
            self._pass_by(f"claim of {alert.subject}")
        post = self._transport.prepare(notification, repeat=repeat)

        def posted(limit: timedelta) -> Evidence:
            evidence = post(limit)
            if evidence.delivered:
                self._pass_by("after_send")
            return evidence

        return posted


def main(path: str, point: str) -> None:
    logs.configure()
    settings, addresses = watched(Path(path))
    pass_by = fate(point)
    assert settings.catalog.archive is not None
    watch_archive(settings.catalog.archive, pass_by)
    watch_transactions(pass_by)
    rereading = Rereading(Path(path), partial(_reread, Path(path), pass_by))
    opening = partial(_open, config=settings, pass_by=pass_by)
    run(settings, addresses, open_transport=opening, rereading=rereading)


def _reread(path: Path, pass_by: PassBy) -> tuple[Config, Addresses]:
    found = watched(path)
    pass_by("reload_read")
    return found


def _open(target: Target, *, config: Config, pass_by: PassBy) -> Transport:
    return DoomedTransport(opened(target, config=config, clock=wall_clock), pass_by)


if __name__ == "__main__":
    main(*sys.argv[1:])
