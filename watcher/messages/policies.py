"""Data policies in words: who trains on, keeps or publishes what people send."""

from __future__ import annotations

from watcher.alerts.alert import Alert
from watcher.messages.amounts import number
from watcher.messages.telling import Telling, provider_of

WORDS = {
    "training": ("now trains on prompts", "stopped training on prompts"),
    "trains_openrouter": (
        "now lets OpenRouter train on prompts",
        "no longer lets OpenRouter train on prompts",
    ),
    "retains_prompts": ("now retains prompts", "stopped retaining prompts"),
    "can_publish": ("may now publish prompts", "may no longer publish prompts"),
    "requires_user_ids": ("now requires user ids", "no longer requires user ids"),
    "zdr": ("now offers zero data retention", "no longer offers zero data retention"),
}
"""Policy field: what it means that it became true, and false."""


def tell_policy(alert: Alert) -> Telling | None:
    """Return the words of a policy that flipped, or None where the field is no policy."""
    phrase = _phrase((alert.field or "").rpartition(".")[2], alert)
    if not phrase:
        return None
    count = _endpoints(alert)
    reach = f" ({count} endpoint{'s' if count > 1 else ''})" if count else ""
    who = alert.subject if alert.endpoint else provider_of(alert) or alert.subject
    return Telling(
        headline=f"{who} {phrase}{reach}",
        phrase=f"{phrase}{reach}",
        one="data policy changed",
        many="data policies changed",
    )


def _endpoints(alert: Alert) -> int:
    also, count = alert.context.get("also"), alert.context.get("endpoints")
    if isinstance(also, list | tuple):
        return len(also)
    return count if isinstance(count, int) else 0


def _phrase(field: str, alert: Alert) -> str:
    if field == "retention_days":
        return f"now keeps prompts for {_days(alert.new)} (was {_days(alert.old)})"
    if field not in WORDS or not isinstance(alert.new, bool):
        return ""
    now_true, now_false = WORDS[field]
    return now_true if alert.new else now_false


def _days(value: object) -> str:
    days = number(value)
    if days is None:
        return "an unknown time"
    return f"{days:f} day" + ("" if days == 1 else "s")
