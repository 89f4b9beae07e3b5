"""The journal: what the log says of a poll, edges only: a quiet poll leaves a line for debugging alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from watcher.catalog.names import Surface
from watcher.daemon.ledger import Entry
from watcher.judgement.decision import Refusal
from watcher.judgement.state import UNREAD_SURFACE, SurfaceHealth

log = structlog.get_logger()


def note_poll(entry: Entry, surfaces: Iterable[Surface], at: datetime, took: timedelta) -> None:
    """Log what a poll of some surfaces brought; ``took`` is how long it was under way."""
    after, before = entry.decision.state.surfaces, entry.before.surfaces
    refused = {refusal.surface: refusal for refusal in entry.decision.refused}
    asked = tuple(surfaces)
    for surface in asked:
        was, now = before.get(surface, UNREAD_SURFACE), after.get(surface, UNREAD_SURFACE)
        _note_health(surface, was, now, refused.get(surface))
    first = any(_is_first(before.get(surface), after.get(surface), at) for surface in asked)
    names, seconds = " ".join(asked), round(took.total_seconds(), 2)
    changes, alerts = len(entry.decision.changes), len(entry.decision.alerts)
    if first or changes or alerts:
        log.info("poll.judged", surfaces=names, changes=changes, alerts=alerts, seconds=seconds)
    elif not refused:
        log.debug("poll.passed", surfaces=names, seconds=seconds)


def note_failure(event: str, error: BaseException, **names: object) -> None:
    """Log an unforeseen error: its kind and where it happened, not its text, which may hold a secret."""
    # Needed when something is broken only.
    import traceback  # noqa: PLC0415  # the reason stands above

    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [f"{frame.filename}:{frame.lineno}" for frame in reversed(frames)]
    log.error(event, **names, error=type(error).__name__, places=places)


FRAMES = 8


def _note_health(surface: Surface, was: SurfaceHealth, now: SurfaceHealth, refused: Refusal | None) -> None:
    if refused is not None:
        name, reason, held = surface.value, refused.reason, refused.held
        if was.failures == 0 or was.reason != now.reason:
            log.warning("poll.refused", surface=name, reason=reason, held=held)
        else:
            log.debug("poll.refused", surface=name, reason=reason, held=held)
    if was.failures and not now.failures:
        log.info("surface.recovered", surface=surface.value, failures=was.failures)
    if now.set_aside and not was.set_aside:
        log.warning("rows.set_aside", surface=surface.value, rows=now.set_aside, reason=now.set_aside_reason)
    if was.set_aside and not now.set_aside:
        log.info("rows.recovered", surface=surface.value)
    if lost := now.lost - was.lost:
        log.warning("surface.lost", surface=surface.value, facts=sorted(lost))
    if back := was.lost - now.lost:
        log.info("surface.recovered", surface=surface.value, facts=sorted(back))


def _is_first(was: SurfaceHealth | None, now: SurfaceHealth | None, at: datetime) -> bool:
    unread = was is None or was.believed_at is None
    return unread and now is not None and now.believed_at == at
