"""Amounts: prices, percents and counts as people read them."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import NamedTuple

MILLION = Decimal(1_000_000)
PLAIN_PLACES = 4
SIGNIFICANT = 4
MOST_DIGITS = 12
THOUSAND = 1000
WHOLE_PERCENT = Decimal(10)
LEAST_PERCENT = Decimal("0.1")
COUNTS = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (MILLION, "M"))
UNITS = {"request": "per request", "image": "per image", "web_search": "per search"}
"""Meters that are not per token (OpenRouter docs, PublicPricing); all others are told per million tokens."""


class Move(NamedTuple):
    """Two prices as text, and the unit that both are in."""

    old: str
    new: str
    unit: str


def number(value: object) -> Decimal | None:
    """Return a JSON value as a finite Decimal, or None where it is no number."""
    if value is None or isinstance(value, bool):
        return None
    try:
        parsed = Decimal(str(value))
    except InvalidOperation:
        return None
    return parsed if parsed.is_finite() else None


def unit_of(meter: str) -> str:
    """Return ``per M`` for token meters, else ``per image`` and so on."""
    return UNITS.get(meter, "per M")


def money(price: object, meter: str) -> str:
    """Return a price in USD per unit as ``$0.87`` per million tokens (or per image, …); zero is ``free``."""
    return _money(number(price), meter, SIGNIFICANT)


def price_move(old: object, new: object, meter: str) -> Move:
    """Return both prices with as many digits as it takes to tell them apart."""
    first, second = number(old), number(new)
    digits = SIGNIFICANT
    while (
        digits < MOST_DIGITS
        and first != second
        and _money(first, meter, digits) == _money(second, meter, digits)
    ):
        digits += 2
    return Move(_money(first, meter, digits), _money(second, meter, digits), unit_of(meter))


def percent(value: object) -> str:
    """Return ``25 %`` or, below ten, ``5.5 %``; the sign is left to the words."""
    share = abs(number(value) or Decimal(0))
    if Decimal(0) < share < LEAST_PERCENT:
        return f"less than {LEAST_PERCENT} %"
    text = f"{share:.0f}" if share >= WHOLE_PERCENT else f"{share:.1f}".removesuffix(".0")
    return f"{text} %"


def reading(value: object) -> str:
    """Return a measured number, thousands marked, with at most one decimal: ``5,400``, ``99.4``.

    It is never rounded up: 89.96 is not 90 to a threshold.
    """
    parsed = number(value)
    if parsed is None:
        return "unknown"
    if abs(parsed) >= THOUSAND:
        return f"{parsed.to_integral_value(ROUND_DOWN):,}"
    return f"{parsed.quantize(LEAST_PERCENT, ROUND_DOWN)}".removesuffix(".0")


def roughly(value: object) -> str:
    """Return a count of tokens or requests in four digits or so: ``950``, ``12,345``, ``39.37M``, ``1.205B``.

    It is never rounded up.
    """
    parsed = number(value)
    if parsed is None:
        return "unknown"
    for size, letter in COUNTS:
        if abs(parsed) >= size:
            share = parsed / size
            places = Decimal(1).scaleb(min(share.adjusted() + 1 - SIGNIFICANT, 0))
            whole, _, rest = f"{share.quantize(places, ROUND_DOWN):,f}".partition(".")
            decimals = rest.rstrip("0")
            return f"{whole}.{decimals}{letter}" if decimals else f"{whole}{letter}"
    return f"{parsed.to_integral_value(ROUND_DOWN):,}"


def _money(price: Decimal | None, meter: str, digits: int) -> str:
    if price is None:
        return "not charged"
    if price < 0:
        return "dynamic"
    if price == 0:
        return "free"
    amount = price if meter in UNITS else price * MILLION
    return "$" + _trimmed(amount, digits)


def _trimmed(amount: Decimal, digits: int) -> str:
    places = max(PLAIN_PLACES, digits - 1 - amount.adjusted() if amount < 1 else digits)
    text = f"{amount:,.{places}f}".rstrip("0")
    whole, _, cents = text.partition(".")
    return f"{whole}.{cents.ljust(2, '0')}" if cents else whole
