"""Cases: one fact under one rule at one poll, and the telling that it may become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from watcher.rules.rule import Rule
from watcher.rules.subject import Subject
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A difference that a rule tells now: from its anchor to the present value.

    ``is_return`` says that it undoes what the rule told before.
    """

    rule: Rule
    watch: Watch
    subject: Subject
    field: str
    old: object
    new: object
    since: datetime
    not_before: datetime | None
    is_return: bool = False
    was_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One fact under one rule at one poll: what it was at the poll before, and is now."""

    rule: Rule
    watch: Watch
    subject: Subject
    field: str
    old: object
    new: object
    at: datetime
    since: datetime
    not_before: datetime | None
    newcomer: bool = False
    was_by: str | None = None
