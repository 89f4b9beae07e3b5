from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.messages.safe import cut, visible


@pytest.mark.fault("a right-to-left override")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, é, 漢, 😀 <&>", "plain, é, 漢, 😀 <&>"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("a\u00a0b", "a\\xa0b"),
        ("\ud800", "\\ud800"),
        ("\u3164\ufe0f", "\\u3164\\ufe0f"),
        ("\U000e0101", "\\U000e0101"),
        (3, "3"),
    ],
)
def test_what_does_not_show_is_written_out(text: object, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_visible_text_is_one_printable_line_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)

    assert shown.isprintable()
    assert visible(shown) == shown


@given(st.text(), st.integers(min_value=1, max_value=30))
def test_a_cut_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit


def test_a_cut_ends_with_an_ellipsis() -> None:
    assert (cut("abcdef", 6), cut("abc def", 5)) == ("abcdef", "abc…")
