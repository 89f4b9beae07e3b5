"""terms-changed: a provider has other terms, privacy or status page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watcher.catalog.names import Kind
from watcher.rules.comparisons import Differs
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsChanged(EdgePreset):
    """No parameters of its own."""

    NAME: ClassVar[str] = "terms-changed"
    TELLS: ClassVar[str] = "a provider has other terms, privacy or status page"

    def watches(self) -> tuple[Watch, ...]:
        """Return the watch on the facts this is about."""
        return (
            Watch(
                kind=Kind.PROVIDER,
                fields=(
                    "terms_of_service_url",
                    "privacy_policy_url",
                    "status_page_url",
                ),
                compare=Differs(),
                event="provider.changed",
            ),
        )
