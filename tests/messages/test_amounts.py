from __future__ import annotations

import pytest

from watcher.messages.amounts import money, percent, price_move, reading, roughly


@pytest.mark.parametrize(
    ("price", "meter", "text"),
    [
        ("0.00000087", "prompt", "$0.87"),
        ("0.000015", "completion", "$15"),
        ("0.0000025", "prompt", "$2.50"),
        ("0.0000000833333333333333", "prompt", "$0.08333"),
        ("0.00000000012", "prompt", "$0.00012"),
        ("0.0012", "prompt", "$1,200"),
        ("0.04", "image", "$0.04"),
        ("0.005", "web_search", "$0.005"),
        ("0", "prompt", "free"),
        ("-1", "prompt", "dynamic"),
        (None, "image", "not charged"),
        ("NaN", "prompt", "not charged"),
    ],
)
def test_a_price_reads_in_dollars_per_million_tokens_or_per_piece(
    price: object, meter: str, text: str
) -> None:
    assert money(price, meter) == text


def test_two_prices_get_as_many_digits_as_it_takes_to_tell_them_apart() -> None:
    move = price_move("0.0000012345671", "0.0000012345679", "prompt")

    assert (move.old, move.new) == ("$1.234567", "$1.234568")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("25.287", "25 %"),
        ("-5.5", "5.5 %"),
        ("9.96", "10 %"),
        ("0.4", "0.4 %"),
        ("0.01", "less than 0.1 %"),
        (0, "0 %"),
    ],
)
def test_a_percent_has_one_decimal_below_ten(value: object, text: str) -> None:
    assert percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(5400.2, "5,400"), (99.46, "99.4"), (89.96, "89.9"), (43.0, "43"), (None, "unknown"), ("x", "unknown")],
)
def test_a_reading_has_its_thousands_marked(value: object, text: str) -> None:
    assert reading(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (950, "950"),
        (12345, "12,345"),
        (999_999, "999,999"),
        (1_000_000, "1M"),
        (100_000_000, "100M"),
        (39_374_897, "39.37M"),
        (999_999_999, "999.9M"),
        (1_060_746_710.0, "1.06B"),
        (1_234_567_890_123, "1.234T"),
        (10**18, "1,000,000T"),
        (None, "unknown"),
    ],
)
def test_a_large_count_is_told_in_a_few_digits_and_never_rounded_up(value: object, text: str) -> None:
    assert roughly(value) == text
