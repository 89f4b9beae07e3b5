"""Present: the running daemon, as ``watcher status`` tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from watcher.alerts.wire import stamp
from watcher.config import Config, Reload
from watcher.daemon.health.presence import Presence
from watcher.messages.spans import duration, moment

READING = timedelta(seconds=10)
"""A file that was written so shortly before it was read, or after, is the one that was read."""


def entry_of(presence: Presence, now: datetime) -> dict[str, Any]:
    """Return what programs read of a daemon; ``alive`` is False where it was killed, or is silent."""
    refused = presence.refused
    return {
        "type": "daemon",
        "alive": presence.is_alive(now),
        "pid": presence.pid,
        "version": presence.version,
        "at": stamp(presence.at),
        "started_at": stamp(presence.started_at),
        "configured_at": stamp(presence.configured_at),
        "status": presence.sentence,
        "conditions": list(presence.conditions),
        "refused_at": None if refused is None else stamp(refused.at),
        "refused": [] if refused is None else list(refused.problems),
    }


def words_of(entry: dict[str, Any], zone: ZoneInfo) -> str:
    """Return the line that people read of an entry."""
    since, read = (
        moment(datetime.fromisoformat(entry[key]), zone) for key in ("started_at", "configured_at")
    )
    runs = "runs" if entry["alive"] else "ran"
    return f"Daemon: pid {entry['pid']}, {runs} since {since} on the configuration that it read at {read}"


def troubles_of(presence: Presence, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Yield what is wrong with a daemon, by its own word or because it says none."""
    if presence.is_gone():
        last = moment(presence.at, zone)
        yield f"the daemon (pid {presence.pid}) was killed, or fell; it was last heard of at {last}"
        return
    if not presence.is_alive(now):
        silence = duration(abs((now - presence.at).total_seconds()))
        yield f"the daemon (pid {presence.pid}) has said nothing for {silence}: it hangs, or was killed"
        return
    yield from presence.conditions
    if presence.refused is not None:
        at, read = moment(presence.refused.at, zone), moment(presence.configured_at, zone)
        head = f"the daemon refused a changed configuration at {at} and goes on with the one read at {read}"
        yield from (f"{head}: {problem}" for problem in presence.refused.problems)


def unread(presence: Presence, settings: Config, path: Path) -> Iterator[str]:
    """Yield that a daemon waits to be told of a file that has changed, where nobody told it."""
    last = presence.configured_at if presence.refused is None else presence.refused.at
    changed = datetime.fromtimestamp(path.stat().st_mtime, last.tzinfo)
    if settings.reload is not Reload.AUTO and changed > last + READING:
        how = "reload it (SIGHUP)" if settings.reload is Reload.SIGNAL else "restart it"
        yield f"{path} has changed since the daemon read it: {how}"
