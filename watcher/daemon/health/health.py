"""Health: what the daemon's parts said of themselves, judged: stuck, troubled, or well.

Stuck is what a restart mends: a part that broke its own promise to move on. Only that withholds the
watchdog's ping. A dead upstream, a hanging receiver within its deadline and a full disk are no such thing:
the parts that meet them go on trying, and a restart would only try the same anew. A disk that stays full is a
condition all the same: the daemon is alive, but not ready, and says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from watcher.delivery.motion import LaneSign, Motion
from watcher.messages.spans import duration

OVERLOOKED = timedelta(minutes=3)
"""A lane looks into the outbox once a minute at least: what is due for longer is not seen by it."""

UNWRITTEN = timedelta(minutes=2)
"""A store that refuses to be written to for so long is told of."""

UNANSWERED = timedelta(minutes=5)
"""A write that neither succeeds nor fails for so long is stuck; SQLite's own patience is 10 s."""


class Remedy(StrEnum):
    """What mends a condition."""

    RESTART = "restart"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that is wrong now: the part it is about, a sentence for people, and what mends it."""

    part: str
    sentence: str
    remedy: Remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The judgement at one moment.

    ``stands`` is true from the moment that configuration, state and the first poll's schedule stand until the
    daemon begins to stop.
    """

    stands: bool
    conditions: tuple[Condition, ...] = ()

    @property
    def is_alive(self) -> bool:
        """Tell whether a restart would mend nothing: what the watchdog and ``/healthz`` ask."""
        return all(condition.remedy is not Remedy.RESTART for condition in self.conditions)

    @property
    def is_ready(self) -> bool:
        """Tell whether the daemon is started, not stopping, and can do its work: what ``/readyz`` asks."""
        return self.stands and not self.conditions

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return what is wrong, a sentence each."""
        return tuple(condition.sentence for condition in self.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSign:
    """What became of the last tiny write into the store. Times are monotonic seconds.

    ``asked_at`` is when one that has not ended yet began, ``failing_since`` when the first of several
    failures in a row ended, and ``reason`` why the last one failed.
    """

    asked_at: float | None = None
    failing_since: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """All that health is judged by.

    ``overlooked`` says of each lane since when (monotonic) it has due rows and takes none.
    """

    stands: bool
    motions: Sequence[Motion] = ()
    lanes: Sequence[LaneSign] = ()
    overlooked: Mapping[str, float] | None = None
    store: StoreSign = StoreSign()


def judge(signs: Signs, now: float) -> Health:
    """Return the health at ``now``, in monotonic seconds."""
    return Health(stands=signs.stands, conditions=tuple(_conditions(signs, now)))


def overlooked(
    before: Mapping[str, float],
    lanes: Sequence[LaneSign],
    due: Mapping[str, datetime],
    *,
    wall: datetime,
    now: float,
) -> Mapping[str, float]:
    """Return since when each lane has had due rows without taking one; one that rests need not take any.

    ``due`` is when the next row of each lane is due, ``wall`` the time (UTC) and ``now`` the same in
    monotonic seconds: a wall clock that jumps makes rows due, but nobody late.
    """
    found = {}
    for lane in lanes:
        rests = lane.rests_until is not None and wall < lane.rests_until
        if rests or lane.name not in due or due[lane.name] > wall:
            continue
        found[lane.name] = max(before.get(lane.name, now), lane.took_at)
    return found


def _conditions(signs: Signs, now: float) -> Iterator[Condition]:
    yield from _stuck((*signs.motions, *(lane.motion for lane in signs.lanes if lane.motion)), now)
    for lane in signs.lanes:
        if not lane.is_alive:
            yield _mended_by_restart(lane.name, "has ended though nobody stopped it")
    for name, since in (signs.overlooked or {}).items():
        if (age := timedelta(seconds=now - since)) > OVERLOOKED:
            yield _mended_by_restart(name, f"has messages that are due and takes none for {_written(age)}")
    yield from _unwritten(signs.store, now)


def _stuck(motions: Sequence[Motion], now: float) -> Iterator[Condition]:
    for motion in motions:
        if motion.overdue(now) > timedelta(0):
            age, most = timedelta(seconds=now - motion.since), motion.within
            said = f"is stuck: it {motion.doing} for {_written(age)}, {_written(most)} at most"
            yield _mended_by_restart(motion.part, said)


def _unwritten(store: StoreSign, now: float) -> Iterator[Condition]:
    if store.asked_at is not None and (age := timedelta(seconds=now - store.asked_at)) > UNANSWERED:
        yield _mended_by_restart("the store", f"has not answered a write for {_written(age)}")
    if store.failing_since is None:
        return
    age = timedelta(seconds=now - store.failing_since)
    if age > UNWRITTEN:
        sentence = f"nothing can be written for {_written(age)}: {store.reason}"
        yield Condition(part="the store", sentence=sentence, remedy=Remedy.OPERATOR)


def _mended_by_restart(part: str, said: str) -> Condition:
    return Condition(part=part, sentence=f"{part} {said}", remedy=Remedy.RESTART)


def _written(span: timedelta) -> str:
    return duration(span.total_seconds())
