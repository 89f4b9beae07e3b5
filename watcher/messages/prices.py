"""Prices in words: what moved, by how much, at whom, and who is cheapest now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from watcher.alerts.alert import Alert
from watcher.messages.amounts import Move, money, number, percent, price_move
from watcher.messages.fields import field_name, meter_name, meter_of
from watcher.messages.telling import Telling, is_kind, provider_of, text


def tell_price(alert: Alert) -> Telling | None:
    """Return the words of a moved price, or None where old and new are not prices."""
    meter = meter_of(alert.field)
    old, new = number(alert.old), number(alert.new)
    if meter is None or (old is None and new is None):
        return None
    listed = "listed price, " if _is_listed(alert) else ""
    move = f"{meter_name(meter)} {_from_to(price_move(alert.old, alert.new, meter))}{_where(alert)}"
    name = alert.model if alert.endpoint and alert.model else alert.subject
    change = _change(alert)
    rival = _cheapest(alert, meter)
    return Telling(
        headline=f"{_lead(alert)} {change or 'changed'}: {name}, {move}" + (f" ({rival})" if rival else ""),
        phrase=listed + move + (f" ({change})" if change else "") + (f"; {rival}" if rival else ""),
        one=f"price {change.split()[0] if change else 'changed'}",
        many=f"prices {change.split()[0] if change else 'changed'}",
    )


def price_headline(alerts: Sequence[Alert]) -> str | None:
    """Return one line for all moves of one subject's prices, or None where they have no unit in common.

    A meter that moved several times is told from its first price to its last.
    """
    courses: dict[str, list[Alert]] = {}
    for alert in alerts:
        courses.setdefault(meter_of(alert.field) or "", []).append(alert)
    spans = {meter: price_move(moves[0].old, moves[-1].new, meter) for meter, moves in courses.items()}
    if "" in courses or any(map(_is_unpriced, alerts)) or len({span.unit for span in spans.values()}) != 1:
        return None
    unit = next(iter(spans.values())).unit
    ends = {meter: f" {unit}{_where(moves[-1])}" for meter, moves in courses.items()}
    end = next(iter(ends.values())) if len(set(ends.values())) == 1 else ""
    parts = (
        f"{meter_name(meter)} {span.old} → {span.new}{'' if end else ends[meter]}"
        for meter, span in spans.items()
    )
    subject = alerts[0].model if alerts[0].endpoint and alerts[0].model else alerts[0].subject
    return f"{_lead(alerts[0])} {_changes(courses)}: {subject}, {', '.join(parts)}{end}"


class Course(NamedTuple):
    """What moved, and how far: ``prices`` and ``down 20 % to 80 %``."""

    noun: str
    span: str


def one_course(alerts: Sequence[Alert]) -> Course | None:
    """Return how far several prices moved, or None where they did not all move one way by a percentage."""
    shares = [alert.percent for alert in alerts if meter_of(alert.field) and not is_kind(alert, "restless")]
    known = [share for share in shares if share is not None]
    span = _span(known) if len(known) == len(alerts) else ""
    return Course("listed prices" if all(map(_is_listed, alerts)) else "prices", span) if span else None


def _is_listed(alert: Alert) -> bool:
    """Tell whether it is the price of the model's own row, not of its cheapest offer."""
    return text(alert, "basis") == "listed"


def _lead(alert: Alert) -> str:
    return "Listed price" if _is_listed(alert) else "Price"


def _is_unpriced(alert: Alert) -> bool:
    return number(alert.old) is None and number(alert.new) is None


def _changes(courses: Mapping[str, Sequence[Alert]]) -> str:
    """Return ``up 30 %``, ``up 12 % to 13 %`` or ``changed`` for the courses of several meters."""
    alike = {_change(moves[0]) if len(moves) == 1 else "" for moves in courses.values()}
    if len(alike) == 1 and (change := alike.pop()):
        return change
    shares = [_share(moves) for moves in courses.values()]
    known = [share for share in shares if share is not None]
    return (_span(known) if len(known) == len(shares) else "") or "changed"


def _span(shares: Sequence[Decimal]) -> str:
    """Return ``up 12 % to 13 %``, or an empty text for moves both ways."""
    known = sorted(shares, key=abs)
    if 0 in known or len({share > 0 for share in known}) > 1:
        return ""
    least, most = percent(known[0]), percent(known[-1])
    return f"{'up' if known[0] > 0 else 'down'} {least if least == most else f'{least} to {most}'}"


def _share(moves: Sequence[Alert]) -> Decimal | None:
    if len(moves) == 1:
        return moves[0].percent
    old, new = number(moves[0].old), number(moves[-1].new)
    return None if not old or new is None or old < 0 or new < 0 else 100 * (new - old) / old


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
    if _is_listed(alert):
        return "endpoints are not to be had"
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
