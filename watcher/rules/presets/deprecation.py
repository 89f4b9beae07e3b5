"""deprecation: a date on which a model ends was set, moved or lifted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from watcher.alerts.severity import Severity
from watcher.catalog.names import Kind
from watcher.rules.comparisons import Differs
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import NEVER, Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation(EdgePreset):
    """``remind``: how long before the date to remind of it.

    A model's date is its leading endpoint's: it comes and goes with who leads (one model lost and regained
    the same date three times in nine days, observed), so a date counts as lifted when it stays away for
    ``lifted_for``.
    """

    NAME: ClassVar[str] = "deprecation"
    TELLS: ClassVar[str] = "an expiration date was set, moved or lifted; reminders before it"
    SEVERITY: ClassVar[Severity] = Severity.WARNING

    lifted_for: timedelta = timedelta(days=7)
    remind: tuple[timedelta, ...] = (timedelta(days=30), timedelta(days=7), timedelta(days=1))

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on the expiration date."""
        return (
            Watch(
                kind=Kind.MODEL,
                fields=("expires",),
                compare=Differs(),
                event="model.deprecated",
                slow_value=NEVER,
                slow_for=self.lifted_for,
            ),
        )
