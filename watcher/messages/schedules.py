"""Price schedules in words: which windows of the day changed, and to what."""

from __future__ import annotations

import re

from watcher.alerts.alert import Alert
from watcher.messages.amounts import money, unit_of
from watcher.messages.fields import meter_name
from watcher.messages.telling import Telling, provider_of

_WINDOW = re.compile(r"(\S+)-(\S+) (\S*) (.*)")
NOTHING = "none"


def tell_schedule(alert: Alert) -> Telling:
    """Return the words of windows that changed; a window that stayed as it was is not repeated."""
    old, new = _windows(alert.old), _windows(alert.new)
    gone = [window for window in old if window not in new]
    came = [window for window in new if window not in old]
    lines = [f"was {_told(gone)}"] if gone else []
    lines += [f"now {_told(came)}"] if came else ["now the same at every hour"] if not new else []
    phrase = "price schedule changed: " + "; ".join(lines) if lines else "price schedule changed"
    who = provider_of(alert)
    name = f"{alert.model} at {who}" if alert.model and who else alert.subject
    return Telling(
        headline=f"Price schedule changed: {name}" + (f", {'; '.join(lines)}" if lines else ""),
        phrase=phrase,
        one="price schedule changed",
        many="price schedules changed",
    )


def _windows(value: object) -> list[str]:
    text = str(value or NOTHING)
    return [] if text == NOTHING else text.split("; ")


def _told(windows: list[str]) -> str:
    return ", ".join(map(_window, windows))


def _window(text: str) -> str:
    found = _WINDOW.fullmatch(text)
    if found is None:
        return text
    start, end, days, prices = found.groups()
    priced = (price.partition("=") for price in prices.split())
    costs = ", ".join(
        f"{meter_name(meter)} {money(amount, meter)} {unit_of(meter)}" for meter, _, amount in priced
    )
    return f"{_clock(start)}-{_clock(end)} UTC{f' {days}' if days else ''} {costs}"


def _clock(hhmm: str) -> str:
    return f"{int(hhmm) // 100:02d}:{int(hhmm) % 100:02d}" if hhmm.isdigit() else hhmm
