"""The rules that are judged: the presets that recorded polls speak to, those of prices and outages often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from watcher.config import parse
from watcher.rules.rulebook import Rulebook

RULES = """
models: ["*"]
timezone: UTC
receivers: {reader: {console: true, group_wait: 0s, group_interval: 0s}}
rules:
  - use: new-free-variant
  - use: free-variant-gone
  - {use: price-change, name: offer-2-at-once, basis: endpoint, percent: 2, for: 0s}
  - {use: price-change, name: offer-5, basis: endpoint, percent: 5}
  - {use: price-change, name: offer-10, basis: endpoint, percent: 10}
  - {use: price-change, name: offer-20-hour, basis: endpoint, percent: 20, for: 1h}
  - {use: price-change, name: offer-5-up, basis: endpoint, percent: 5, direction: up}
  - {use: price-change, name: offer-5-down, basis: endpoint, percent: 5, direction: down}
  - {use: price-change, name: cheapest-5, percent: 5}
  - {use: price-change, name: cheapest-2-at-once, percent: 2, for: 0s}
  - {use: price-change, name: cheapest-10-down, percent: 10, direction: down}
  - use: data-policy-flip
    fields: [training, retains_prompts, retention_days, can_publish, requires_user_ids]
  - {use: uptime-drop, name: out-15}
  - {use: uptime-drop, name: out-30, for: 30m}
  - {use: uptime-drop, name: offer-out-30, for: 30m, scope: endpoint}
  - use: model-added
  - use: model-removed
  - use: deprecation
  - use: context-change
  - use: capability-lost
  - use: quantization-downgrade
  - use: alias-retargeted
  - use: provider-added
  - use: provider-removed
  - use: terms-changed
  - {name: offer-gone, when: endpoint.removed}
  - {name: offer-come, when: endpoint.added}
"""
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
CONFIRMED = 15 * MINUTE
"""How long an absence must last to be believed."""
BECOMES_FREE = 30 * MINUTE


class Threshold(NamedTuple):
    """From how many percent on, after how long, and which way a price rule tells: any, up or down."""

    percent: int
    lasting: timedelta
    way: str


OFFERS: Mapping[str, Threshold] = {
    "offer-2-at-once": Threshold(2, 0 * MINUTE, "any"),
    "offer-5": Threshold(5, 30 * MINUTE, "any"),
    "offer-10": Threshold(10, 30 * MINUTE, "any"),
    "offer-20-hour": Threshold(20, HOUR, "any"),
    "offer-5-up": Threshold(5, 30 * MINUTE, "up"),
    "offer-5-down": Threshold(5, 30 * MINUTE, "down"),
}
CHEAPEST: Mapping[str, Threshold] = {
    "cheapest-5": Threshold(5, 30 * MINUTE, "any"),
    "cheapest-2-at-once": Threshold(2, 0 * MINUTE, "any"),
    "cheapest-10-down": Threshold(10, 30 * MINUTE, "down"),
}
OUTAGES: Mapping[str, timedelta] = {"out-15": 15 * MINUTE, "out-30": 30 * MINUTE}
UNWELL: Mapping[str, timedelta] = {"offer-out-30": 30 * MINUTE}
RECOVERED = HOUR
"""How long a model or an endpoint must be well again for its outage to be over."""


def rulebook() -> Rulebook:
    """Return the rules, as the configuration would give them."""
    return parse(RULES, {}).rulebook
