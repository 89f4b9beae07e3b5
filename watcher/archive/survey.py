"""The survey of an archive: which times it covers, found without parsing polls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

from watcher.archive.lines import head, lines
from watcher.archive.sources import ONE_POLL, sources
from watcher.archive.times import FIRST, moment, time_of

HEAD = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The readable times of one file, in the order they stand in."""

    path: Path
    times: tuple[datetime, ...]

    @property
    def is_sorted(self) -> bool:
        """Tell whether the file can be read from front to back."""
        return all(earlier <= later for earlier, later in pairwise(self.times))


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The files of an archive and the times of its polls, ascending, without those that name no time."""

    files: tuple[Span, ...]
    times: tuple[datetime, ...]

    @property
    def polls(self) -> int:
        """Return the number of polls."""
        return len(self.times)

    @property
    def interval(self) -> timedelta | None:
        """Return the median time between two polls, or None for fewer than two."""
        steps = [later - earlier for earlier, later in pairwise(self.times)]
        return median(steps) if steps else None  # type: ignore[type-var]  # timedeltas add and halve


def survey(paths: Sequence[Path]) -> Survey:
    """Return what an archive covers. Raises ArchiveError."""
    return of_spans(Span(path=path, times=_times(path)) for path in sources(paths))


def of_spans(spans: Iterable[Span]) -> Survey:
    """Return the survey of files whose times are known."""
    files = tuple(spans)
    return Survey(files=files, times=tuple(sorted(time for span in files for time in span.times)))


def _times(path: Path) -> tuple[datetime, ...]:
    if path.name.endswith(ONE_POLL):
        found = FIRST.match(head(path, HEAD))
        if found:
            at = moment(found[1].decode("ascii", "replace"))
            return () if at is None else (at,)
    times = (time_of(line.raw) for line in lines(path))
    return tuple(time for time in times if time is not None)
