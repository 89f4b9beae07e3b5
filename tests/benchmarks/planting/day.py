"""A day: polls as they were recorded, and when each was; what it shows is planted into copies of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from tests.benchmarks.planting.truth import Truth
from watcher.archive.recorded import raw_polls
from watcher.archive.times import moment

Body = dict[str, Any]
MET = 0.9
"""What part of a wait is all of it, since polls jitter; said here anew, so that no mistake is shared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Polls in order of time: the time and the text of each. A place is a poll's index."""

    times: tuple[datetime, ...]
    texts: tuple[bytes, ...]

    def __len__(self) -> int:
        """Return the number of polls."""
        return len(self.times)

    @property
    def interval(self) -> timedelta:
        """Return the median time between two polls."""
        return timedelta(seconds=median((b - a).total_seconds() for a, b in pairwise(self.times)))

    def polls(self, truths: Sequence[Truth] = ()) -> Iterator[tuple[datetime, Body]]:
        """Yield each poll parsed anew, with the truths that hold at its place planted into it."""
        for place, (at, text) in enumerate(zip(self.times, self.texts, strict=True)):
            body = orjson.loads(text)
            for truth in truths:
                if truth.holds(place):
                    truth.plant(body)
            yield at, body

    def after(self, place: int, wait: timedelta) -> int:
        """Return the first place ``wait`` later (two minutes early allowed), the end where none is."""
        due = self.times[place] + wait - timedelta(minutes=2)
        return next((each for each in range(place, len(self)) if self.times[each] >= due), len(self))

    def lasted(self, begins: int, wait: timedelta, ends: int | None = None) -> int | None:
        """Return the first place before ``ends`` at which what began has lasted, or None."""
        met = (
            each
            for each in range(begins, len(self) if ends is None else ends)
            if self.times[each] - self.times[begins] >= wait * MET
        )
        return next(met, None)


def day_of(polls: Iterable[Mapping[str, Any]]) -> Day:
    """Return a day of raw polls, in the order given, without those that tell no time or no models."""
    times, texts = [], []
    for poll in polls:
        at, models = moment(poll.get("generated")), poll.get("models")
        if at is not None and isinstance(models, dict) and isinstance(models.get("data"), list):
            times.append(at)
            texts.append(orjson.dumps({name: body for name, body in poll.items() if name != "generated"}))
    return Day(times=tuple(times), texts=tuple(texts))


def recorded_day(paths: Sequence[Path], *, each: int = 1, pace: timedelta | None = None) -> Day:
    """Return every ``each``-th poll of an archive, as far apart as they were or ``pace`` apart.

    Raises ArchiveError.
    """
    whole = day_of(raw_polls(paths))
    times, texts = whole.times[::each], whole.texts[::each]
    if pace is not None:
        times = tuple(times[0].replace(microsecond=0) + pace * place for place in range(len(times)))
    return Day(times=times, texts=texts)
