"""The demo: quick rules for the real daemon, and what is said when it is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from watcher.simulator.truth import Told, Truth, compare

PRESETS = ("new-free-variant", "price-change", "data-policy-flip", "uptime-drop")

SUPPRESSED = {
    "schema": "a field that appeared on every row",
    "alias_echo": "aliases that repeat their model",
    "top_endpoint_switch": "another endpoint leading for a while",
    "tier_twin": "flex and priority twins of an endpoint",
    "policy_echo": "a provider's policy on its endpoints",
    "other_source": "the frontend's word on what the documented list tells",
    "schedule": "prices that follow the clock",
    "renamed": "endpoints under a new name",
    "flap": "models that left and were soon back",
    "unconfirmed": "absences that were not confirmed",
    "held_undone": "changes that were undone before they lasted",
    "where": "stopped by a where clause",
    "inhibited": "explained by another alert",
    "silenced": "silenced",
    "below_severity": "below a receiver's severity",
}

_CONFIG = """\
# The demo's rules: the same four jobs as in real life, only in seconds.
models: ["*"]
catalog:
  base_url: {base_url}
  every: {{models: 1s, endpoints: 1s, providers: 2s, zdr: 5s, frontend: 1s}}
  frontend: policies
  confirm_after: 3s
  max_requests_per_minute: 6000
receivers:
  terminal: {{console: true, group_wait: 0s, group_interval: 0s}}
rules:
  - {{use: new-free-variant, for: 2s}}
  - {{use: price-change, for: 2s}}
  - {{use: data-policy-flip, for: 2s}}
  - {{use: uptime-drop, for: 2s, keep_firing_for: 1s}}
"""


def demo_config(base_url: str) -> str:
    """Return the demo's configuration (YAML): all four presets, and a terminal that is told at once."""
    return _CONFIG.format(base_url=base_url)


def closing_summary(truths: Iterable[Truth], told: Iterable[Told], suppressed: Mapping[str, int]) -> str:
    """Return what the demo says at its end: what happened and was told, and what was not and why.

    ``told`` are the alerts that fired, ``suppressed`` counts by gate as in a backtest's summary.
    """
    score = compare(truths, told, PRESETS)
    right, true = len(score.right), len(score.right) + len(score.missed)
    lines = [f"The day is over: {right} of {true} things worth telling were told."]
    lines += [f"  missed: {one.preset} {one.subject}" for one in sorted(score.missed)]
    lines += [f"  told without cause: {one.preset} {one.subject}" for one in sorted(score.wrong)]
    reasons = sorted(((count, gate) for gate, count in suppressed.items() if count), reverse=True)
    lines.append(f"{sum(count for count, _ in reasons)} changes disturbed nobody:")
    lines += [f"  {count:5} {SUPPRESSED.get(gate, gate)}" for count, gate in reasons]
    return "\n".join(lines)
