"""A truth: a known change of recorded polls, and what must be told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


class Span(NamedTuple):
    """The polls in which a truth holds: from ``begins`` on, up to but without ``ends``."""

    begins: int
    ends: int


class Due(NamedTuple):
    """An alert that must be told: whose it is, the poll that first showed it, and the poll that tells it."""

    rule: str
    subject: str
    field: str | None
    at: datetime
    told: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One planted change: its kind, whose it is, when it holds, how it is planted, and the alerts due.

    ``subject`` is a model's id or a provider's slug; ``plant`` changes one raw poll in place.
    """

    kind: str
    subject: str
    spans: tuple[Span, ...]
    plant: Callable[[dict[str, Any]], None]
    due: tuple[Due, ...]

    def holds(self, place: int) -> bool:
        """Tell whether it is planted into a poll."""
        return any(span.begins <= place < span.ends for span in self.spans)

    def touches(self, subject: str) -> bool:
        """Tell whether a subject that something was told of is this truth's, or one of its parts."""
        return subject.partition(" @ ")[0].partition(":")[0] == self.subject.partition(":")[0]
