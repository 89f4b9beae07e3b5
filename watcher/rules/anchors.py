"""Anchors: what a change is measured against, per rule, subject and fact.

An anchor is the value last told, else the value when the rule first saw the subject. No anchor is kept while
it equals the present value, so a calm catalog keeps none. This one mechanism gives undo (a value that comes
back), folding (1 to 2 to 3 is told as 1 to 3) and creep (small steps add up).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from watcher.rules.subject import Subject


class AnchorKey(NamedTuple):
    """Whose anchor: the rule's name, the subject's lasting id, and the fact."""

    rule: str
    uid: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A difference that waits for its ``for``.

    ``since`` is the poll that first showed it, ``not_before`` the believed poll before that (UTC).
    ``where_failed`` is set once the ``where`` clause refused it, so that it is counted once.
    """

    since: datetime
    not_before: datetime | None
    wanted: bool
    where_failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A remembered value (Decimal, int, str, bool, frozenset of str or date; never None).

    ``offered_by`` is who offered it, where it is a model's cheapest price. ``spoken`` says that it was told.
    ``pending`` is the difference from it that has not lasted yet.
    """

    subject: Subject
    value: object
    offered_by: str | None = None
    spoken: bool = False
    pending: Pending | None = None
