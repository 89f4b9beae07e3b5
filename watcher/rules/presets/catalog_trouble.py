"""catalog-trouble: silence that would not mean that nothing happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watcher.alerts.severity import Severity
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogTrouble(EdgePreset):
    """``after``: polls in a row without a believed answer before the catalog counts as blind."""

    NAME: ClassVar[str] = "catalog-trouble"
    TELLS: ClassVar[str] = (
        "blind, a surface lost or back, a schema drifted, polls held or refused, a receiver paused, "
        "the disk nearly full, the clock set, the state unwritten or damaged"
    )
    SEVERITY: ClassVar[Severity] = Severity.CRITICAL

    after: int = 3

    def watches(self) -> tuple[Watch, ...]:
        """Return nothing: it follows the surfaces themselves."""
        return ()
