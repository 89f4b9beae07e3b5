from __future__ import annotations

from datetime import date

import pytest

from tests.reading.rows import CREATED
from watcher.reading.fields import (
    UnreadableRowError,
    count,
    expiry,
    flag,
    identity,
    keys_of,
    names,
    shown,
    text,
)
from watcher.reading.limits import MOST_KEYS, MOST_NAMES


@pytest.mark.parametrize("value", [None, "", 3, "a b", "a\nb", "a\u202eb", "a\u00a0b", "x" * 201])
def test_an_id_that_cannot_be_shown_to_people_is_refused(value: object) -> None:
    with pytest.raises(UnreadableRowError):
        identity(value, "id")


def test_an_id_may_be_anything_people_can_read() -> None:
    assert identity("~z-ai/glm-5.2:free", "id") == "~z-ai/glm-5.2:free"


def test_empty_and_null_texts_are_the_same_and_absurd_ones_are_cut() -> None:
    assert (text(""), text(None), text(3)) == (None, None, None)
    assert len(text("x" * 10_000) or "") == 500


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (7, 7),
        (7.0, 7),
        (7.5, None),
        (-1, None),
        (True, None),
        ("7", None),
        (float("nan"), None),
        (1e300, None),
    ],
)
def test_a_count_is_a_whole_number_from_zero_up(value: object, meant: int | None) -> None:
    assert count(value) == meant


def test_a_truth_value_is_never_guessed() -> None:
    assert (flag(True), flag(False), flag(1), flag("false"), flag(None)) == (True, False, None, None, None)


def test_lists_are_sets_and_what_is_no_list_or_an_empty_one_is_unknown() -> None:
    assert names(["b", "a"]) == names(["a", "b", "a"]) == frozenset({"a", "b"})
    assert names([]) is None
    assert (names(None), names("text"), names([1])) == (None, None, None)


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ("2026-08-17", date(2026, 8, 17)),
        ("2026-08-17T00:00:00Z", date(2026, 8, 17)),
        ("2036-07-08", date(2036, 7, 8)),
        ("2036-07-09", None),
        ("2098-12-31", None),
        ("soon", None),
        (None, None),
        (20260817, None),
    ],
)
def test_an_end_ten_years_off_means_never(written: object, ends: date | None) -> None:
    assert expiry(written, CREATED) == ends


@pytest.mark.parametrize("created", [None, 0, 1 << 62])
def test_an_end_does_not_need_a_sensible_birth(created: int | None) -> None:
    assert expiry("2098-12-31", created) is None


def test_what_stands_in_a_reason_is_short_and_harmless() -> None:
    assert shown("a\n\u202e") == r"'a\n\u202e'"
    assert len(shown("x" * 1000)) == 60
    assert (shown(nested(5000)), shown({"a": nested(5000)})) == ("a list", "an object")


def nested(depth: int) -> list[object]:
    inner: list[object] = []
    for _ in range(depth):
        inner = [inner]
    return inner


def test_a_list_of_more_names_than_any_row_has_is_unknown() -> None:
    assert len(names([str(number) for number in range(MOST_NAMES)]) or ()) == MOST_NAMES
    assert names([str(number) for number in range(MOST_NAMES + 1)]) is None


def test_of_absurdly_many_keys_the_first_are_kept_and_no_long_one() -> None:
    rows: list[object] = [{f"k{number:05}": 1} for number in range(10_000)]

    kept = keys_of([*rows, {"a" * 61: 1, "a" * 60: 1}])

    assert len(kept) == MOST_KEYS
    assert {"a" * 60, "k00000"} <= kept
