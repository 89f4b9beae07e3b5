"""Recorded polls, read back in time order as if they were seen now."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from watcher.archive.repeats import Repeats
from watcher.archive.survey import Survey, survey
from watcher.archive.timeline import Stop, timeline
from watcher.archive.times import moment, time_of
from watcher.catalog.names import Surface
from watcher.catalog.sheets import ModelsSheet, PoliciesSheet, Seen, Sheet
from watcher.reading.reader import Reader

PATIENCE = 200_000

Progress = Callable[[int, int], None]
"""Told after each poll how many of how many are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one recorded poll showed, and where it stands."""

    source: Path
    line: int
    seen: Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A recorded poll that cannot be read: where it stands, when it was (if it says so) and why not."""

    source: Path
    line: int
    at: datetime | None
    reason: str


class _RefusedError(Exception):
    """One poll cannot be read; the message is the reason."""


def recorded(
    paths: Sequence[Path] | Survey,
    reader: Reader,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    progress: Progress | None = None,
) -> Iterator[Poll | Unreadable]:
    """Yield the polls of an archive in time order, from ``since`` to ``until``, both included.

    Give the Survey instead of paths when there is one: it is made first otherwise. One poll is in memory at
    a time. What is wrong with one poll is an Unreadable; raises ArchiveError for what is wrong with a file.
    """
    archive = paths if isinstance(paths, Survey) else survey(paths)
    total = sum((since is None or at >= since) and (until is None or at <= until) for at in archive.times)
    repeats = Repeats()
    with patient_collector():
        for done, stop in enumerate(timeline(archive, since, until), start=1):
            yield _read(stop, reader, repeats)
            if progress:
                progress(done, max(done, total))


def raw_polls(paths: Sequence[Path] | Survey) -> Iterator[dict[str, object]]:
    """Yield the polls of an archive as they were recorded, in time order, without the unreadable ones.

    Raises ArchiveError.
    """
    archive = paths if isinstance(paths, Survey) else survey(paths)
    for stop in timeline(archive, None, None):
        try:
            poll, _ = _parsed(stop, orjson.loads)
        except _RefusedError:
            continue
        yield poll


def seen_of(poll: Mapping[str, object], at: datetime, reader: Reader) -> Seen:
    """Return what a poll's bodies show; a key that is absent was not polled, null was not answered.

    ``providers`` in the frontend's shape carries data policies; in the documented shape it says that they
    are unknown, unless ``frontend_providers`` was polled beside it. The bodies are taken over by the reader;
    a sheet may stand for models that were read before.
    """
    read: Mapping[Surface, Callable[[object], object]] = {
        Surface.MODELS: lambda body: _models(body, reader),
        Surface.PROVIDERS: reader.providers,
        Surface.ZDR: reader.zdr,
        Surface.ENDPOINTS: reader.endpoints,
        Surface.FRONTEND_CATALOG: reader.frontend_catalog,
        Surface.FRONTEND_ENDPOINTS: reader.frontend_endpoints,
        Surface.LISTED_PRICES: reader.listed_prices,
        Surface.UPTIME_RECENT: reader.uptime_recent,
        Surface.UPTIME_HOURLY: reader.uptime_hourly,
        Surface.TOP_APPS: reader.top_apps,
        Surface.ACTIVITY: reader.activity,
        Surface.AUTHORS: reader.authors,
        Surface.VERSIONS: reader.versions,
        Surface.SCHEMA: reader.schema,
    }
    sheets: dict[str, Any] = {
        surface: take(poll[surface]) for surface, take in read.items() if surface in poll
    }
    return Seen(at=at, policies=_policies(poll, reader), **sheets)


@contextmanager
def patient_collector() -> Iterator[None]:
    """Let the garbage collector look after 200,000 new objects, not 700, while an archive is read.

    A parsed poll is 60,000 objects without cycles that all die together; looking through them in vain costs
    a third of the parsing.
    """
    before = gc.get_threshold()
    gc.set_threshold(PATIENCE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _models(body: object, reader: Reader) -> ModelsSheet:
    return body if isinstance(body, Sheet) else reader.models(body)


def _policies(poll: Mapping[str, object], reader: Reader) -> PoliciesSheet | None:
    if "frontend_providers" in poll:
        return reader.policies(poll["frontend_providers"], Surface.FRONTEND)
    return reader.policies(poll["providers"], Surface.PROVIDERS) if "providers" in poll else None


def _read(stop: Stop, reader: Reader, repeats: Repeats) -> Poll | Unreadable:
    try:
        poll, at = _parsed(stop, repeats.parsed)
    except _RefusedError as refused:
        said = time_of(stop.line.raw)
        return Unreadable(source=stop.path, line=stop.line.number, at=said, reason=str(refused))
    seen = seen_of(poll, at, reader)
    repeats.remember(stop.line.raw, poll, seen.models)
    return Poll(source=stop.path, line=stop.line.number, seen=seen)


def _parsed(stop: Stop, parse: Callable[[bytes], object]) -> tuple[dict[str, object], datetime]:
    if stop.line.flaw:
        raise _RefusedError(stop.line.flaw)
    try:
        poll = parse(stop.line.raw)
    except orjson.JSONDecodeError as error:
        ended = stop.line.raw.rstrip().endswith(b"}")
        raise _RefusedError(f"{'malformed' if ended else 'truncated'} JSON: {error}") from error
    if not isinstance(poll, dict):
        raise _RefusedError("not a JSON object")
    at = moment(poll.get("generated"))
    if at is None:
        raise _RefusedError("no valid time under `generated`")
    return poll, at
