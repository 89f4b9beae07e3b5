from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from watcher.catalog.names import Kind
from watcher.cli.recounted import change_to_json, courses, phrase, value_in_words
from watcher.judgement.decision import Change
from watcher.messages.sparkline import gauge, sparkline

NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)


def moved(old: str | None, new: str | None, *, hours: int = 0) -> Change:
    return Change(
        at=NOON + timedelta(hours=hours),
        not_before=None,
        kind=Kind.MODEL,
        event="model.price_changed",
        subject="a/b",
        uid="a/b",
        model="a/b",
        provider=None,
        endpoint=None,
        field="pricing.prompt",
        old=old,
        new=new,
    )


def test_a_change_has_the_words_of_an_alert() -> None:
    assert phrase(moved("0.000002", "0.0000015")) == "input $2 → $1.50 per M (down 25 %)"


def test_a_change_as_json_has_its_percent_where_old_is_a_price_above_zero() -> None:
    assert change_to_json(moved("0.000002", "0.0000015"))["percent"] == -25
    assert change_to_json(moved("0", "0.0000015"))["percent"] is None
    assert change_to_json(moved(None, "0.0000015"))["percent"] is None


def test_a_course_is_drawn_from_the_oldest_price_to_the_newest() -> None:
    newest_first = [moved("0.000003", "0.000001", hours=2), moved("0.000002", "0.000003", hours=1)]

    assert courses(newest_first, UTC) == ["a/b input: ▄█▁  $2 → $1 per M, since 2026-07-06"]
    assert courses(newest_first[:1], UTC) == []


def test_prices_that_do_not_differ_are_a_flat_line() -> None:
    assert sparkline([Decimal(2)] * 3) == "▁▁▁"


def test_a_value_in_words_is_a_price_per_million_or_the_value_itself() -> None:
    assert value_in_words("pricing.prompt", Decimal("2.5E-7")) == "$0.25 per M"
    assert value_in_words("pricing.prompt", Decimal(0)) == "free"
    assert value_in_words("context_length", 200_000) == "200000"


def test_uptimes_are_drawn_from_nothing_to_all_is_well_whatever_their_span() -> None:
    assert gauge([0, 13, 14, 50, 94.9, 95, 99.1, 100]) == "▁▁▂▄▇███"
    assert gauge([None, 100.0, None]) == "·█·"
    assert gauge([]) == ""
