"""The machine that we run on: its disk, its clock and our state there, watched for what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from watcher.alerts.troubles import (
    CLOCK_JUMPED,
    DISK_LOW,
    STATE_DAMAGED,
    STATE_UNWRITTEN,
    OwnTrouble,
    Trouble,
    Troubles,
)
from watcher.daemon.clock import Clock
from watcher.daemon.machine.disk import BALLAST_BYTES, Ballast, Gauge, Probe
from watcher.daemon.machine.steadiness import Elapsed, Steadiness
from watcher.messages.spans import duration

LOW = OwnTrouble(DISK_LOW, "disk")
JUMPED = OwnTrouble(CLOCK_JUMPED, "clock")
UNWRITTEN = OwnTrouble(STATE_UNWRITTEN, "state")
DAMAGED = OwnTrouble(STATE_DAMAGED, "state")

WORTH_TELLING = timedelta(minutes=1)
"""A state that takes nothing for less is no trouble: a backup tool held it, and the poll was made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Since when (UTC) nothing could be written, why, and how many entries were lost."""

    since: datetime
    until: datetime
    reason: str
    entries: int

    def words(self) -> str:
        """Return it as a sentence."""
        lasted = duration((self.until - self.since).total_seconds())
        return f"for {lasted}, in which {self.entries:,} polls were lost: {self.reason}"


class Machine:
    """Says what is wrong with the machine, each time that something is about to be judged.

    ``damage`` tells how many rows of each table of the state are damaged.
    """

    def __init__(
        self,
        directory: Path,
        clock: Clock,
        damage: Callable[[], Mapping[str, int]],
        *,
        probe: Probe,
        elapsed: Elapsed,
    ) -> None:
        """Watch the machine that a state directory lies on."""
        self._gauge = Gauge(probe)
        self._ballast = Ballast(directory)
        self._steadiness = Steadiness(clock, elapsed)
        self._damage = damage
        self._loss: Loss | None = None
        self._is_cried_out = False

    def troubles(self, ahead: timedelta) -> Troubles:
        """Return what is wrong now, with the reasons.

        ``ahead`` is how far what was recorded lies in the future.
        """
        found: dict[Trouble, str | None] = {
            LOW: self._gauge.look(),
            JUMPED: self._steadiness.look(ahead),
            UNWRITTEN: self._unwritten(),
            DAMAGED: self._damaged(),
        }
        if self._gauge.spares(BALLAST_BYTES):
            self._ballast.take_on()
        return {trouble: reason for trouble, reason in found.items() if reason is not None}

    def make_room(self) -> bool:
        """Give up what we hold for the worst, and tell whether there was anything."""
        return self._ballast.throw_off()

    def lost(self, reason: str, now: datetime) -> None:
        """Note that something could not be written."""
        known = self._loss or Loss(since=now, until=now, reason=reason, entries=0)
        self._loss = replace(known, until=max(now, known.until), reason=reason, entries=known.entries + 1)

    def written(self) -> None:
        """Note that something was written: what was lost before is told with it."""
        self._loss, self._is_cried_out = None, False

    def cry(self) -> str | None:
        """Return, once, why nothing can be written, when that is worth telling although nothing can be."""
        words = self._unwritten()
        if words is None or self._is_cried_out:
            return None
        self._is_cried_out = True
        return words

    def _damaged(self) -> str | None:
        damage = self._damage()
        return words_of(damage) if damage else None

    def _unwritten(self) -> str | None:
        loss = self._loss
        return loss.words() if loss is not None and loss.until - loss.since >= WORTH_TELLING else None


def words_of(damage: Mapping[str, int]) -> str:
    """Return what is damaged as a sentence."""
    rows = ", ".join(f"{count:,} of {table}" for table, count in damage.items())
    return f"rows that are left out: {rows}; `watcher restore` brings back a backup that has them"
