"""Data policies in words: who trains on, keeps or publishes what people send, and who else offers a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watcher.alerts.alert import Alert
from watcher.messages.amounts import number
from watcher.messages.telling import Telling, provider_of, text

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

STILL = {
    "training": "without training",
    "trains_openrouter": "without training by OpenRouter",
    "retains_prompts": "without retention",
    "can_publish": "without publishing",
    "requires_user_ids": "without user ids",
    "zdr": "with zero data retention",
}
"""Policy field: how a model is offered under the policy that was left."""

OF_MODELS = (
    "is offered with zero data retention now",
    "is no longer offered with zero data retention at all",
)
MOST_NAMES = 5


def tell_policy(alert: Alert) -> Telling | None:
    """Return the words of a policy that flipped, or None where the field is no policy."""
    field = (alert.field or "").rpartition(".")[2]
    phrase = _phrase(field, alert)
    if not phrase:
        return None
    count = _endpoints(alert)
    reach = f" ({count} endpoint{'s' if count > 1 else ''})" if count else _touching_none(alert)
    is_providers = alert.model is None
    who = (provider_of(alert) or alert.subject) if is_providers else alert.subject
    said = f"{phrase}{reach}{_of_its_own(field, alert)}"
    return Telling(
        headline=f"{who} {said}",
        phrase="; ".join(filter(None, [said, still_offered(alert, alert.model)])),
        brief=said,
        one="data policy changed",
        many="data policies changed",
    )


def still_offered(alert: Alert, model: str | None) -> str:
    """Return who still offers a model under the policy that was left, or that nobody is known to.

    Empty where nothing is said of the model: the policy became better, or it is not among those looked at.
    """
    found = alert.context.get("alternatives")
    names = found.get(model) if isinstance(found, Mapping) else None
    if not isinstance(names, Sequence) or isinstance(names, str):
        return ""
    how = _under((alert.field or "").rpartition(".")[2], alert)
    alone = alert.context.get("alone")
    if not names and isinstance(alone, Sequence) and model in alone:
        return "no other provider offers it"
    if not names:
        return f"no other provider is known to offer it {how}"
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"still offered {how}: {', '.join(map(str, names[:MOST_NAMES]))}{more}"


def touched(alerts: Sequence[Alert]) -> tuple[str, ...]:
    """Return the endpoints that some alerts stand for, each with who else offers its model as before."""
    others: dict[str, list[str]] = {}
    for alert in alerts:
        also = alert.context.get("also")
        for label in map(str, also) if isinstance(also, list | tuple) else ():
            who = still_offered(alert, label.partition(" @ ")[0])
            others.setdefault(label, []).extend([who] if who else [])
    return tuple(
        f"{label}: {'; '.join(dict.fromkeys(who))}" if who else label for label, who in others.items()
    )


def _under(field: str, alert: Alert) -> str:
    return f"for {_days(alert.old)} at most" if field == "retention_days" else STILL.get(field, "as before")


def _touching_none(alert: Alert) -> str:
    """Return that a provider's flip touches nobody yet: no endpoint of it that we read was there before."""
    return " (touches no watched endpoint)" if alert.context.get("also") in ([], ()) else ""


def _of_its_own(field: str, alert: Alert) -> str:
    """Return that an endpoint goes its own way, where its provider's own record says the old still."""
    if field == "zdr" or alert.endpoint is None or "providers_record" not in alert.context:
        return ""
    record = alert.context["providers_record"]
    return " (this endpoint only: its provider's own record says otherwise)" if record == alert.old else ""


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
    now_true, now_false = OF_MODELS if field == "zdr" and _is_models(alert) else WORDS[field]
    return now_true if alert.new else now_false


def _is_models(alert: Alert) -> bool:
    return alert.model is not None and alert.endpoint is None


def _days(value: object) -> str:
    days = number(value)
    if days is None:
        return "an unknown time"
    return f"{days:f} day" + ("" if days == 1 else "s")


def read_from(alert: Alert) -> str:
    """Return whose record a policy was read from, and empty for what is no policy."""
    source = text(alert, "read_from")
    return f"read from the {source}" if source else ""
