"""Truth: what a right watcher would tell of a scripted day, and how what was told compares with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple


class Told(NamedTuple):
    """What an alert is recognised by: the preset and the subject (its id, slug, or ``model @ tag``)."""

    preset: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One thing worth telling.

    ``at`` is when it begins to be true, in script time since the start; a watcher's own ``at`` is the first
    poll that shows it. ``until`` is when a level recovers. ``field`` is the normalised fact, where one moved.
    """

    preset: str
    subject: str
    at: timedelta
    field: str | None = None
    until: timedelta | None = None

    @property
    def told(self) -> Told:
        """Return what an alert about this is recognised by."""
        return Told(self.preset, self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a watcher did: ``right`` is true and told, ``missed`` only true, ``wrong`` only told."""

    right: frozenset[Told]
    missed: frozenset[Told]
    wrong: frozenset[Told]


def compare(truths: Iterable[Truth], told: Iterable[Told], presets: Iterable[str]) -> Score:
    """Compare the alerts of some presets with the truth; each (preset, subject) counts once."""
    judged = frozenset(presets)
    true = {truth.told for truth in truths if truth.preset in judged}
    said = {one for one in told if one.preset in judged}
    return Score(right=frozenset(true & said), missed=frozenset(true - said), wrong=frozenset(said - true))


def moment_of(start: datetime, elapsed: timedelta, speed: float) -> datetime:
    """Return the real time at which a moment of the script comes."""
    return start + elapsed / speed
