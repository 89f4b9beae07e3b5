"""data-policy-flip: what becomes of prompts changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watcher.alerts.severity import Severity
from watcher.catalog.names import Kind
from watcher.rules.comparisons import PolicyDirection, PolicyFlipped
from watcher.rules.preset import EdgePreset
from watcher.rules.watch import Watch

ZDR = "zdr"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPolicyFlip(EdgePreset):
    """``fields`` are data policy facts; ``requires_user_ids`` and ``trains_openrouter`` on request."""

    NAME: ClassVar[str] = "data-policy-flip"
    TELLS: ClassVar[str] = "a known policy became another one: of a provider, an endpoint, a model's offers"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    BETTER_SEVERITY: ClassVar[Severity | None] = Severity.INFO

    fields: tuple[str, ...] = ("training", "retains_prompts", "retention_days", "can_publish", "zdr")
    direction: PolicyDirection = PolicyDirection.ANY

    def watches(self) -> tuple[Watch, ...]:
        """Return the watches on the policy of providers and of endpoints, and on models' zero retention."""
        followed = {Kind.PROVIDER: self.fields, Kind.ENDPOINT: self.fields}
        if ZDR in self.fields:
            followed[Kind.MODEL] = (ZDR,)
        return tuple(
            Watch(
                kind=kind,
                fields=fields,
                compare=PolicyFlipped(self.direction),
                event=f"{kind}.policy_changed",
            )
            for kind, fields in followed.items()
        )
