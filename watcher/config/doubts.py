"""Doubts: what a configuration may say but probably does not mean."""

from __future__ import annotations

from watcher.config.problems import Findings
from watcher.config.receivers import Delivery
from watcher.config.rules import PlacedRule
from watcher.config.settings import CatalogSettings


def doubt(
    written: tuple[PlacedRule, ...],
    deliveries: tuple[Delivery, ...],
    catalog: CatalogSettings,
    findings: Findings,
) -> None:
    """Note what can never happen, or only later than a reader would think."""
