"""Prices: upstream's ``pricing`` objects, in exact decimals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from watcher.catalog.price import DYNAMIC, MILLION, ZERO, Override, Tariff
from watcher.reading.fields import UnreadableRowError, count, shown
from watcher.reading.limits import LONGEST_KEY, MOST_METERS, MOST_OVERRIDES

PRICE = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,60})?([eE][+-]?[0-9]{1,3})?")
METER = re.compile(rf"[A-Za-z0-9_.-]{{1,{LONGEST_KEY}}}")
HIGHEST = MILLION
DAYS = 7

METERS = frozenset({
    "prompt", "completion", "request", "image", "image_token", "image_output", "audio", "audio_output",
    "input_audio_cache", "web_search", "internal_reasoning", "input_cache_read", "input_cache_write",
    "input_cache_write_1h",
})  # fmt: skip
"""Meters OpenRouter documents; a new one counts as soon as its value is a number."""

NO_METERS = frozenset({"discount", "overrides"})
CONDITIONS = frozenset({"min_prompt_tokens", "utc_start", "utc_end", "utc_days"})
UNPRICED = Tariff(meters={})

JSON_METERS = {
    "prompt_tokens": "prompt",
    "input_tokens": "prompt",
    "completion_tokens": "completion",
    "output_tokens": "completion",
    "cached_prompt_tokens": "input_cache_read",
    "cache_read_tokens": "input_cache_read",
    "cache_write_5m_tokens": "input_cache_write",
    "cache_write_1h_tokens": "input_cache_write_1h",
    "web_search_calls": "web_search",
}
"""What the frontend's ``pricing_json`` calls a meter, after the adapter's name and a colon (observed)."""


def tariff(pricing: object) -> Tariff:
    """Return all prices of one offer, in USD per unit; absent and null meters are left out.

    Raises UnreadableRowError for a price that is no number, negative (but -1, dynamic) or above a million,
    for one under no name, and for more prices than any offer has.
    """
    if pricing is None:
        return UNPRICED
    if not isinstance(pricing, dict):
        raise UnreadableRowError("pricing is no object")
    return Tariff(
        meters=_meters(pricing, NO_METERS),
        discount=_discount(pricing.get("discount")),
        overrides=_overrides(pricing.get("overrides")),
    )


def tariff_of_json(pricing: object) -> Tariff:
    """Return the prices of one offer as the frontend's ``pricing_json`` writes them, where nothing else does.

    Only the meters whose names are known there are read. Raises UnreadableRowError as ``tariff`` does.
    """
    if not isinstance(pricing, dict):
        return UNPRICED
    named = {JSON_METERS.get(str(name).rpartition(":")[2]): _whole(value) for name, value in pricing.items()}
    return tariff({meter: value for meter, value in named.items() if meter is not None})


def _whole(value: object) -> object:
    """Return a price with a digit before its point: ``.03e-6`` is among them (observed)."""
    return f"0{value}" if isinstance(value, str) and value.startswith(".") else value


def price(value: object) -> Decimal | None:
    """Return USD per unit of a decimal text or JSON number: -1 (dynamic) or 0 to 1,000,000.

    Returns None for what is no number at all. Raises UnreadableRowError for a number that is no price.
    """
    number = _number(value)
    if number is None:
        return None
    if ZERO <= number <= HIGHEST:
        return number or ZERO
    if number == DYNAMIC:
        return DYNAMIC
    raise UnreadableRowError(f"a price of {shown(value)}")


def _meters(pricing: Mapping[str, object], others: frozenset[str]) -> dict[str, Decimal]:
    if len(pricing) > MOST_METERS:
        raise UnreadableRowError(f"{len(pricing):,} prices, more than {MOST_METERS}")
    meters = {}
    for meter, value in pricing.items():
        if value is None or meter in others:
            continue
        amount = price(value)
        if amount is not None:
            meters[_meter(meter)] = amount
        elif meter in METERS:
            raise UnreadableRowError(f"the price of {meter} is {shown(value)}")
    return meters


def _meter(written: str) -> str:
    """Return the name of a meter, which people will read. Raises UnreadableRowError for one that is none."""
    if written in METERS or METER.fullmatch(written):
        return written
    raise UnreadableRowError(f"a price under the name {shown(written)}")


def _discount(value: object) -> Decimal | None:
    number = _number(value)
    return number if number is not None and abs(number) <= HIGHEST else None


def _overrides(value: object) -> tuple[Override, ...]:
    if value is None:
        return ()
    if isinstance(value, list) and len(value) > MOST_OVERRIDES:
        raise UnreadableRowError(f"{len(value):,} pricing.overrides, more than {MOST_OVERRIDES}")
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise UnreadableRowError("pricing.overrides is no list of objects")
    return tuple(_override(entry) for entry in value)


def _override(entry: Mapping[str, object]) -> Override:
    days = entry.get("utc_days")
    return Override(
        min_prompt_tokens=count(entry.get("min_prompt_tokens")),
        utc_start=count(entry.get("utc_start")),
        utc_end=count(entry.get("utc_end")),
        utc_days=tuple(shown(day).strip("'")[:20] for day in days[:DAYS]) if isinstance(days, list) else (),
        meters=_meters(entry, CONDITIONS),
    )


def _number(value: object) -> Decimal | None:
    if isinstance(value, str):
        return _decimal(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if not abs(value) <= int(HIGHEST):
        raise UnreadableRowError(f"a price of {shown(value)}")
    return Decimal(repr(value))


@lru_cache(maxsize=1 << 14)
def _decimal(written: str) -> Decimal | None:
    return Decimal(written) if PRICE.fullmatch(written) else None
