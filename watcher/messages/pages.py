"""What upstream's pages show, in words: texts above a model, its apps, announced prices, disabled offers."""

from __future__ import annotations

from watcher.alerts.alert import Alert
from watcher.messages.amounts import number, percent, price_move
from watcher.messages.fields import meter_name
from watcher.messages.safe import cut
from watcher.messages.telling import Telling, text

Point = tuple[str, str]
"""A price and the instant from which on it holds."""
SHORT = 160
LONG = 600
STATES = {
    "disabled": ("disabled", "in service again"),
    "deranked": ("put behind the others", "no longer put behind the others"),
    "hidden": ("hidden", "shown again"),
}
"""Fact: what it means that it became true, and false."""


def tell_message(alert: Alert) -> Telling:
    """Return the words of a warning or promotion that appeared, changed or is gone."""
    kind = alert.field or "message"
    if alert.new in (None, "none"):
        said, brief = f"{kind} gone", f"{kind} gone"
    else:
        words = " ".join(str(alert.new).split())
        lead = f"new {kind}" if alert.old in (None, "none") else f"{kind} changed"
        said, brief = f"{lead}: {cut(words, LONG)}", f"{lead}: {cut(words, SHORT)}"
    return Telling(
        headline=f"{alert.subject}: {brief}", phrase=said, one="message changed", many="messages changed"
    )


def tell_app(alert: Alert) -> Telling:
    """Return the words of an app that is new among a model's top apps, or left them."""
    who, where = str(alert.new or alert.old), f" ({text(alert, 'url')})" if text(alert, "url") else ""
    if alert.new is None:
        return Telling(
            headline=f"{who} is no longer a top app of {alert.subject}",
            phrase=f"{who} is no longer a top app",
            one="app left",
            many="apps left",
        )
    return Telling(
        headline=f"{who} is now a top app of {alert.subject}",
        phrase=f"{who}{where} is now a top app",
        one="app entered",
        many="apps entered",
    )


def tell_version(alert: Alert) -> Telling:
    """Return the words of a version of a model that is published, or is no more."""
    name = cut(str(alert.new or alert.old), SHORT)
    if alert.new is None:
        said, many = f"version {name} is no longer published", "versions withdrawn"
    else:
        said, many = f"version {name} is published", "versions published"
    return Telling(
        headline=f"{alert.subject}: {said}", phrase=said, one=many.replace("versions", "version"), many=many
    )


def tell_announced(alert: Alert) -> Telling:
    """Return the words of a price that was announced, or whose announcement was moved or withdrawn."""
    meter = (alert.field or "").partition(".")[2]
    said = _announced(alert, _points(alert.old), _points(alert.new), meter)
    return Telling(
        headline=f"{alert.subject}: {said}", phrase=said, one="price announced", many="prices announced"
    )


def _announced(alert: Alert, old: list[Point], new: list[Point], meter: str) -> str:
    name = f"{meter_name(meter)} price"
    was = f" (was {_point(old[0], meter)})" if old else ""
    more = f", and {len(new) - 1} more after it" if len(new) > 1 else ""
    if not new:
        return f"announced {name} withdrawn{was}"
    if old:
        return f"announced {name} moved: {_point(new[0], meter)}{was}{more}"
    return f"{name} announced: {_course(alert, new[0], meter)}{more}"


def tell_state(alert: Alert) -> Telling | None:
    """Return the words of an endpoint that was disabled, hidden or put behind, or None for other facts."""
    if alert.field not in STATES or not isinstance(alert.new, bool):
        return None
    now_true, now_false = STATES[alert.field]
    said = now_true if alert.new else now_false
    return Telling(
        headline=f"{alert.subject}: {said}", phrase=said, one=f"endpoint {said}", many=f"endpoints {said}"
    )


def _points(value: object) -> list[Point]:
    """Return the prices and instants of an announcement as it is remembered."""
    written = value if isinstance(value, str) and value != "none" else ""
    pairs = (point.partition(" from ") for point in written.split("; ") if point)
    return [(price, instant) for price, _, instant in pairs]


def _point(point: Point, meter: str) -> str:
    price, instant = point
    if number(price) is None:
        return f"not offered from {_instant(instant)}"
    move = price_move(price, price, meter)
    return f"{move.new} {move.unit} from {_instant(instant)}"


def _course(alert: Alert, point: Point, meter: str) -> str:
    price, instant = point
    now, then = number(text(alert, "price_now")), number(price)
    if now is None or then is None:
        return _point(point, meter)
    move = price_move(now, then, meter)
    share = f" ({'up' if then > now else 'down'} {percent(100 * (then - now) / now)})" if now > 0 else ""
    return f"{move.old} → {move.new} {move.unit} from {_instant(instant)}{share}"


def _instant(written: str) -> str:
    return f"{written[:16].replace('T', ' ')} UTC"
