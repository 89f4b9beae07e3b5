from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher.catalog.price import DYNAMIC
from watcher.reading.fields import UnreadableRowError
from watcher.reading.prices import price, tariff


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0.0000025", "0.0000025"),
        ("2.5e-6", "0.0000025"),
        ("0.00000250", "0.0000025"),
        ("0.0000000833333333333333", "0.0000000833333333333333"),
        (3e-7, "0.0000003"),
        (0, "0"),
        ("-0", "0"),
        ("-1", "-1"),
        ("-1.0", "-1"),
        ("1000000", "1000000"),
    ],
)
def test_a_price_is_read_exactly(written: object, meant: str) -> None:
    assert price(written) == Decimal(meant)


@pytest.mark.fault("a NaN price", "an infinite price", "a price that is a word")
@pytest.mark.parametrize(
    "written",
    [
        *["", "NaN", "Infinity", "-inf", "1_000", " 1", "1 ", "+1", "1,5", ".5", "5.", "0x1", "1e9999", "1e"],
        *["\u0661\u0662", "\uff10.\uff11"],
        *[True, None, [], {}],
    ],
    ids=ascii,
)
def test_what_is_no_plain_decimal_is_no_price(written: object) -> None:
    assert price(written) is None


@pytest.mark.fault("a NaN price", "an infinite price", "a negative price", "a huge price")
@pytest.mark.parametrize(
    "written", ["-2", "-0.5", "1000000.1", "1e400", -0.1, 1e300, float("nan"), float("inf")]
)
def test_a_number_out_of_range_makes_its_row_unreadable(written: object) -> None:
    with pytest.raises(UnreadableRowError):
        price(written)


@given(st.decimals(min_value=0, max_value=1_000_000, allow_nan=False, allow_infinity=False, places=18))
def test_every_way_of_writing_a_price_gives_the_same_number(amount: Decimal) -> None:
    plain, scientific = f"{amount:f}", f"{amount:e}"

    assert price(plain) == price(scientific) == amount


@given(st.text(max_size=30))
@example("1_0")
@example("\uff11")
def test_no_text_is_ever_more_than_a_price_in_range_or_refused(written: str) -> None:
    try:
        read = price(written)
    except UnreadableRowError:
        return

    assert read is None or read == DYNAMIC or 0 <= read <= 1_000_000


@given(st.one_of(st.integers(), st.floats()))
def test_no_number_is_ever_more_than_a_price_in_range_or_refused(number: float) -> None:
    try:
        read = price(number)
    except UnreadableRowError:
        return

    assert read == DYNAMIC or (read is not None and 0 <= read <= 1_000_000)


@pytest.mark.fault("a price that is null")
def test_absent_and_null_meters_are_left_out_and_new_ones_are_taken() -> None:
    read = tariff({"prompt": "0.1", "completion": None, "hologram": "3", "display_pricing": [{"price": "1"}]})

    assert read.meters == {"prompt": Decimal("0.1"), "hologram": Decimal(3)}


@pytest.mark.fault("a price that is a word")
def test_a_documented_meter_that_is_no_number_makes_its_row_unreadable() -> None:
    with pytest.raises(UnreadableRowError, match="completion is 'free'"):
        tariff({"prompt": "0", "completion": "free"})


def test_a_discount_may_be_a_markup() -> None:
    assert tariff({"prompt": "1", "discount": -0.2}).discount == Decimal("-0.2")


def test_prices_under_conditions_are_overrides() -> None:
    window = {
        "utc_start": 1630,
        "utc_end": 30,
        "utc_days": ["mon", "tue"],
        "prompt": "0.2",
        "unknown": {"a": 1},
    }

    (override,) = tariff({"prompt": "0.1", "overrides": [window]}).overrides

    assert (override.utc_start, override.utc_end, override.utc_days) == (1630, 30, ("mon", "tue"))
    assert override.meters == {"prompt": Decimal("0.2")}
    assert override.is_scheduled


@pytest.mark.parametrize("overrides", [{}, "none", [1]])
def test_overrides_that_are_no_list_of_objects_make_their_row_unreadable(overrides: object) -> None:
    with pytest.raises(UnreadableRowError, match="overrides"):
        tariff({"prompt": "1", "overrides": overrides})


def test_an_offer_without_pricing_has_unknown_prices_and_is_not_free() -> None:
    assert tariff(None).meters == {}
    assert not tariff(None).is_free


def test_pricing_of_another_type_makes_its_row_unreadable() -> None:
    with pytest.raises(UnreadableRowError, match="pricing is no object"):
        tariff("free")


def test_more_prices_or_windows_than_any_offer_has_make_its_row_unreadable() -> None:
    with pytest.raises(UnreadableRowError, match="65 prices, more than 64"):
        tariff({f"meter_{number}": "1" for number in range(65)})
    with pytest.raises(UnreadableRowError, match=r"101 pricing\.overrides, more than 100"):
        tariff({"prompt": "1", "overrides": [{"prompt": "1"}] * 101})


@pytest.mark.parametrize("meter", ["", "a b", "x" * 61, "<!channel>", "\x1b[2J", "a\n"])
def test_a_price_under_a_name_that_is_none_makes_its_row_unreadable(meter: str) -> None:
    with pytest.raises(UnreadableRowError, match="a price under the name"):
        tariff({"prompt": "1", meter: "0.5"})
    assert tariff({"prompt": "1", meter: {"not": "a price"}}).meters == {"prompt": Decimal(1)}
