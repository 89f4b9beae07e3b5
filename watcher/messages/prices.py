"""Prices in words: what moved, by how much, at whom, and who is cheapest now."""

from __future__ import annotations

from collections.abc import Sequence

from watcher.alerts.alert import Alert
from watcher.messages.amounts import Move, money, number, percent, price_move
from watcher.messages.fields import field_name, meter_name, meter_of
from watcher.messages.telling import Telling, provider_of, text


def tell_price(alert: Alert) -> Telling | None:
    """Return the words of a moved price, or None where old and new are not prices."""
    meter = meter_of(alert.field)
    old, new = number(alert.old), number(alert.new)
    if meter is None or (old is None and new is None):
        return None
    move = f"{meter_name(meter)} {_from_to(price_move(alert.old, alert.new, meter))}{_where(alert)}"
    name = alert.model if alert.endpoint and alert.model else alert.subject
    change = _change(alert)
    rival = _cheapest(alert, meter)
    return Telling(
        headline=f"Price {change or 'changed'}: {name}, {move}" + (f" ({rival})" if rival else ""),
        phrase=move + (f" ({change})" if change else "") + (f"; {rival}" if rival else ""),
        one=f"price {change.split()[0] if change else 'changed'}",
        many=f"prices {change.split()[0] if change else 'changed'}",
    )


def price_headline(alerts: Sequence[Alert]) -> str | None:
    """Return one line for several meters of one subject that moved alike, or None where they did not."""
    moves = [(meter_of(alert.field), _change(alert), _where(alert)) for alert in alerts]
    changes = {change for _, change, _ in moves}
    places = {place for _, _, place in moves}
    if len(alerts) != len({meter for meter, _, _ in moves}) or None in {meter for meter, _, _ in moves}:
        return None
    if len(places) != 1 or (change := changes.pop()) == "" or changes:
        return None
    spans = [price_move(alert.old, alert.new, meter_of(alert.field) or "") for alert in alerts]
    if len({span.unit for span in spans}) != 1:
        return None
    names = [meter_name(meter or "") for meter, _, _ in moves]
    parts = (f"{name} {span.old} → {span.new}" for name, span in zip(names, spans, strict=True))
    subject = alerts[0].model if alerts[0].endpoint and alerts[0].model else alerts[0].subject
    return f"Price {change}: {subject}, {', '.join(parts)} {spans[0].unit}{places.pop()}"


def tell_price_rewritten(alert: Alert) -> Telling:
    """Return the words of a price that changed in its conditions rather than its number."""
    what = f"{field_name(alert.field or 'pricing')} changed"
    return Telling(
        headline=f"{what.capitalize()}: {alert.subject}",
        phrase=what,
        one="price schedule changed",
        many="price schedules changed",
    )


def _from_to(move: Move) -> str:
    if move.new.startswith("$"):
        return f"{move.old} → {move.new} {move.unit}"
    return f"{move.old} {move.unit} → {move.new}" if move.old.startswith("$") else f"{move.old} → {move.new}"


def _change(alert: Alert) -> str:
    if alert.percent is not None:
        return f"{'up' if alert.percent > 0 else 'down'} {percent(alert.percent)}"
    old, new = number(alert.old), number(alert.new)
    if old is None or new is None or old < 0 or new < 0 or old == new:
        return ""
    return "up from free" if old == 0 else ("up" if new > old else "down")


def _where(alert: Alert) -> str:
    # A model's price is its cheapest offer: who makes it is the news, not a detail.
    who = provider_of(alert) if alert.endpoint else text(alert, "cheapest_provider")
    return f" at {who}" if who else ""


def _cheapest(alert: Alert, meter: str) -> str:
    who, was = text(alert, "cheapest_provider"), text(alert, "was_cheapest_provider")
    if not alert.endpoint:
        return f"was at {was}" if who and was and who != was else ""
    price = number(alert.context.get("cheapest"))
    amount = "" if price is None else f", {money(price, meter)}"
    if not who or who == was == provider_of(alert):
        return ""
    if who == provider_of(alert):
        return "now the cheapest"
    return f"cheapest is {'now ' if was and who != was else ''}{who}{amount}"
