"""Values survive the way to JSON and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings

from tests.builders import model
from tests.store.strategies import ANYTHING, values
from watcher.alerts.groups import Group
from watcher.catalog.endpoint import Endpoint
from watcher.catalog.model import Model
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.state import SurfaceHealth, Tracked
from watcher.rules.anchors import Anchor
from watcher.rules.episodes import Episode
from watcher.store.codec import decode_any, decoder, encode_any, encoder

RECORDS = (
    Model,
    Endpoint,
    Telemetry,
    SurfaceHealth,
    Tracked[Endpoint],
    Tracked[None],
    Anchor,
    Episode,
    Group,
)


def there_and_back(hint: Any, value: Any) -> Any:
    return decoder(hint)(orjson.loads(orjson.dumps(encoder(hint)(value))))


@pytest.mark.parametrize("hint", RECORDS, ids=str)
def test_every_record_comes_back_equal(hint: Any) -> None:
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(values(hint))
    def law(value: Any) -> None:
        assert there_and_back(hint, value) == value

    law()


@given(ANYTHING)
def test_a_value_of_unknown_type_comes_back_as_the_type_it_was(value: object) -> None:
    back = decode_any(orjson.loads(orjson.dumps(encode_any(value))))

    assert (back, type(back)) == (value, type(value))


def test_a_decimal_keeps_its_digits() -> None:
    back = there_and_back(Decimal, Decimal("0.00000010"))

    assert str(back) == "1.0E-7"


def test_a_time_of_another_zone_comes_back_as_the_same_moment_in_utc() -> None:
    berlin = datetime(2026, 7, 6, 14, tzinfo=timezone(timedelta(hours=2)))

    back = there_and_back(datetime, berlin)

    assert (back, back.tzinfo) == (datetime(2026, 7, 6, 12, tzinfo=UTC), UTC)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        encoder(datetime)(datetime(2026, 7, 6))  # noqa: DTZ001  # the mistake under test


def test_infinity_is_kept_where_any_value_may_stand() -> None:
    assert decode_any(orjson.loads(orjson.dumps(encode_any(float("inf"))))) == float("inf")


def test_equal_sets_are_kept_once() -> None:
    read = decoder(frozenset[str])

    assert read("temperature\ntools") is read("temperature\ntools")


@pytest.mark.parametrize("awkward", [frozenset(), frozenset({""}), frozenset({"a\nb"}), frozenset({"", "a"})])
def test_a_set_whose_items_are_no_plain_lines_comes_back_too(awkward: frozenset[str]) -> None:
    assert there_and_back(frozenset[str], awkward) == awkward


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A record that got a field since it was written."""

    name: str
    expires: date | None = None


def test_the_order_of_a_rows_fields_means_nothing() -> None:
    found = model("a/one", context_length=4096)
    row = orjson.loads(orjson.dumps(encoder(Model)(found)))

    assert decoder(Model)(dict(reversed(row.items()))) == found


def test_a_field_that_an_old_row_lacks_takes_its_default_and_one_that_is_gone_is_passed_over() -> None:
    assert decoder(Grown)({"name": "a", "colour": "red"}) == Grown(name="a", expires=None)


@pytest.mark.parametrize("hint", [complex, int | str, tuple[int, str], list[int]])
def test_a_type_without_a_json_form_is_refused_when_it_is_met(hint: Any) -> None:
    with pytest.raises(TypeError, match="JSON form"):
        encoder(hint)


def test_a_value_without_a_json_form_is_refused() -> None:
    with pytest.raises(TypeError, match="JSON form"):
        encode_any(b"bytes")
