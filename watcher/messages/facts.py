"""Other facts in words: context, capabilities, quantization, addresses, whatever a rule follows."""

from __future__ import annotations

from watcher.alerts.alert import Alert
from watcher.messages.amounts import number, reading
from watcher.messages.fields import TOKEN_COUNTS, field_name
from watcher.messages.telling import Telling, text


def tell_fact(alert: Alert) -> Telling:
    """Return the words of any fact that moved from one value to another."""
    field = alert.field or ""
    if isinstance(alert.old, list | tuple) and isinstance(alert.new, list | tuple):
        phrase = _set_move([str(item) for item in alert.old], [str(item) for item in alert.new])
        return _told(alert, f"{field_name(field)}: {phrase}" if field else phrase)
    if not field and alert.old is None and alert.new is None:
        return _told(alert, text(alert, "summary") or alert.event.replace(".", " ").replace("_", " "))
    unit = " tokens" if field in TOKEN_COUNTS else ""
    return _told(alert, f"{field_name(field) or 'value'} {_value(alert.old)} → {_value(alert.new)}{unit}")


def _told(alert: Alert, phrase: str) -> Telling:
    kind, name = alert.event.partition(".")[0], field_name(alert.field or "")
    what = f"changed {name}" if name else "changed"
    return Telling(
        headline=f"{alert.subject}: {phrase}", phrase=phrase, one=f"{kind} {what}", many=f"{kind}s {what}"
    )


def _set_move(old: list[str], new: list[str]) -> str:
    lost = [item for item in old if item not in new]
    gained = [item for item in new if item not in old]
    parts = [f"lost {', '.join(lost)}"] if lost else []
    return "; ".join(parts + ([f"gained {', '.join(gained)}"] if gained else [])) or "reordered"


def _value(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and number(value) is not None:
        return reading(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or "none"
    return str(value)
