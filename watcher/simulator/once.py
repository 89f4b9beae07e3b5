"""Once: what events that change the catalog at one moment, and leave it so, have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """An event at ``at``, so long after the beginning."""

    at: timedelta

    def moments(self) -> Sequence[timedelta]:
        """Return when the catalog changes."""
        return (self.at,)
