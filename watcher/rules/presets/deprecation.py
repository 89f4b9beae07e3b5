"""deprecation: a date on which a model ends was set, moved or lifted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from watcher.alerts.severity import Severity
from watcher.catalog.names import Kind
from watcher.rules.comparisons import Differs
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation(EdgePreset):
    """``remind``: how long before the date to remind of it."""

    NAME: ClassVar[str] = "deprecation"
    TELLS: ClassVar[str] = "an expiration date was set, moved or lifted; reminders before it"
    SEVERITY: ClassVar[Severity] = Severity.WARNING

    remind: tuple[timedelta, ...] = (timedelta(days=30), timedelta(days=7), timedelta(days=1))

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on the expiration date."""
        return (Watch(kind=Kind.MODEL, fields=("expires",), compare=Differs(), event="model.deprecated"),)
