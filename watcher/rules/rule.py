"""Rules: one thing a user asked to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Protocol

from watcher.alerts.severity import Severity
from watcher.rules.level import Level
from watcher.rules.watch import Watch


class Condition(Protocol):
    """A compiled ``where`` clause: CEL in the daemon, any callable in tests."""

    @property
    def source(self) -> str:
        """The clause as the user wrote it."""

    def __call__(self, facts: Mapping[str, object]) -> bool | None:
        """Return the verdict; None when a variable the clause needs is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One entry of ``rules:``.

    ``models`` and ``providers`` are shell globs; empty ``providers`` means all of them. ``notify`` names
    receivers; empty means every one. ``use`` is the preset's name, or None for the general form.
    ``lasting`` is ``for``: how long a difference must last before it is told.
    """

    name: str
    use: str | None = None
    severity: Severity = Severity.INFO
    watches: tuple[Watch, ...] = ()
    levels: tuple[Level, ...] = ()
    models: tuple[str, ...] = ("*",)
    providers: tuple[str, ...] = ()
    where: Condition | None = None
    lasting: timedelta = timedelta(0)
    notify: tuple[str, ...] = ()
    repeat_interval: timedelta | None = None
    better_severity: Severity | None = None
    """The severity of a move to the better, where a preset tells both ways (data-policy-flip)."""
    remind: tuple[timedelta, ...] = ()
    """How long before a date that was set the rule reminds of it (deprecation)."""
    trouble_after: int | None = None
    """Set on ``catalog-trouble`` alone: polls without a believed answer until the catalog counts as blind."""


def matches(globs: Sequence[str], name: str | None) -> bool:
    """Tell whether a name is in the scope of some globs; a name that is not known is in none but ``*``."""
    return any(glob == "*" or (name is not None and fnmatchcase(name, glob)) for glob in globs)
