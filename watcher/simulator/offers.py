"""Offers: what the simulated providers charge for a model, from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from watcher.simulator.catalog import Host, Offer, Prices, Temper, Traffic
from watcher.simulator.dice import Dice
from watcher.simulator.lexicon import CORE_PARAMETERS, MORE_PARAMETERS, QUANTIZATIONS, REGIONS

MILLION = Decimal(1_000_000)
PLACES = Decimal(1).scaleb(-22)
"""Upstream prints repeating rationals with at most this many places (observed: 0.0000000416666666666667)."""

METERS = (
    "prompt", "completion", "request", "image", "image_output", "audio", "audio_output", "input_audio_cache",
    "web_search", "internal_reasoning", "input_cache_read", "input_cache_write", "input_cache_write_1h",
)  # fmt: skip
"""The order in which upstream prints meters (observed)."""

PER_REQUEST = frozenset({"request", "web_search", "image"})
PEAK, OFF_PEAK = (30, 1630), (1630, 30)
"""UTC windows (HHMM) that together make a day, as in the peak hours of one real provider."""


def printed(price: Decimal) -> str:
    """Return a price as upstream prints it: no exponent, no trailing zeros."""
    text = f"{price.quantize(PLACES):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def scaled(prices: Prices, factor: Decimal) -> Prices:
    """Return prices times a factor, except those that are asked per request."""
    return {
        meter: price if meter in PER_REQUEST else printed(Decimal(price) * factor)
        for meter, price in prices.items()
    }


def scaled_override(override: Mapping[str, str | int], factor: Decimal) -> Mapping[str, str | int]:
    """Return an override whose prices are times a factor and whose conditions are untouched."""
    return {
        key: printed(Decimal(value) * factor) if isinstance(value, str) else value
        for key, value in override.items()
    }


def scheduled(prices: Prices, off_peak: Decimal) -> tuple[Mapping[str, str | int], ...]:
    """Return two windows that tile the day: the given prices at peak, and times ``off_peak`` outside it."""
    moving = {meter: price for meter, price in prices.items() if meter not in PER_REQUEST}
    return (
        {"utc_start": PEAK[0], "utc_end": PEAK[1], **moving},
        {"utc_start": OFF_PEAK[0], "utc_end": OFF_PEAK[1], **scaled(moving, off_peak)},
    )


def list_prices(dice: Dice) -> Prices:
    """Return one model's list prices, with the meters of one of the common kinds of offer."""
    per_million = Decimal(dice.pick(("0.03", "0.08", "0.15", "0.25", "0.4", "0.6", "1", "1.25", "3", "5")))
    prompt = per_million / MILLION / (Decimal(3) if dice.chance(0.12) else Decimal(1))
    prices = {"prompt": prompt, "completion": prompt * dice.pick((2, 3, 4, 5))}
    if dice.chance(0.6):
        prices["input_cache_read"] = prompt / 10
    if dice.chance(0.2):
        prices |= {"input_cache_write": prompt * 5 / 4, "input_cache_write_1h": prompt * 2}
    if dice.chance(0.08):
        prices |= {"image": prompt, "audio": prompt * 3, "internal_reasoning": prompt * 4}
    if dice.chance(0.25):
        prices["web_search"] = Decimal("0.01")
    if dice.chance(0.02):
        prices["request"] = Decimal("0.005")
    return {meter: printed(prices[meter]) for meter in METERS if meter in prices}


def make_offers(dice: Dice, hosts: Sequence[Host], context: int) -> tuple[Offer, ...]:
    """Return one to six offers of one model, the leading one first; a few have service-tier twins.

    The leading offer is steady, and so are offers with little traffic: an ordinary day has no model whose
    every offer fails, so that whatever a script breaks is all there is to tell.
    """
    prices = list_prices(dice)
    chosen = dice.draw(hosts, dice.pick((1, 1, 1, 1, 2, 2, 3, 4, 5, 6)))
    offers = [_offer(dice, host, prices, context, leads=not at) for at, host in enumerate(chosen)]
    if dice.chance(0.06):
        offers += [_twin(offers[0], "flex", Decimal("0.5")), _twin(offers[0], "priority", Decimal(2))]
    return tuple(offers)


def _offer(dice: Dice, host: Host, prices: Prices, context: int, *, leads: bool) -> Offer:
    quantization = dice.pick(QUANTIZATIONS)
    discount = dice.pick((0, 0, 0, 0, 0, 0.1, 0.25, -0.2))
    factor = (Decimal(1) if leads else Decimal(dice.whole(80, 160)) / 100) * (1 - Decimal(str(discount)))
    own = scaled(prices, factor)
    traffic = (
        Traffic.HEAVY if leads else dice.pick((Traffic.HEAVY, Traffic.HEAVY, Traffic.THIN, Traffic.NONE))
    )
    return Offer(
        host=host.slug,
        tag=_tag(dice, host, quantization),
        prices=own,
        quantization=quantization,
        context_length=context if leads else dice.pick((context, context, context // 2)),
        max_completion_tokens=dice.pick((None, 16_384, 32_768, 65_536)),
        discount=discount,
        overrides=_overrides(dice, own, context),
        parameters=(*CORE_PARAMETERS, *dice.draw(MORE_PARAMETERS, dice.whole(3, 11))),
        caching="input_cache_read" in own and dice.chance(0.5),
        traffic=traffic,
        temper=Temper.FLAKY if not leads and traffic is Traffic.HEAVY and dice.chance(0.2) else Temper.STEADY,
    )


def _tag(dice: Dice, host: Host, quantization: str) -> str:
    if quantization != "unknown":
        return f"{host.slug}/{quantization}"
    return f"{host.slug}/{dice.pick(REGIONS)}" if dice.chance(0.15) else host.slug


def _overrides(dice: Dice, prices: Prices, context: int) -> tuple[Mapping[str, str | int], ...]:
    if context >= 200_000 and dice.chance(0.2):  # noqa: PLR2004  # where upstream's own length tiers begin
        moving = {meter: price for meter, price in prices.items() if meter not in PER_REQUEST}
        return ({"min_prompt_tokens": 200_000, **scaled(moving, Decimal(2))},)
    return scheduled(prices, Decimal("0.5")) if dice.chance(0.015) else ()


def _twin(base: Offer, tier: str, factor: Decimal) -> Offer:
    return replace(
        base,
        tag=f"{base.tag.partition('/')[0]}/{tier}",
        prices=scaled(base.prices, factor),
        overrides=tuple(scaled_override(override, factor) for override in base.overrides),
        service_tier=tier,
        twin_of=base.tag,
    )
