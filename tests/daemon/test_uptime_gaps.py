"""Which days and hours of late nobody knows of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from tests.builders import HOUR, key, minutes
from watcher.catalog.names import EndpointKey, ModelId
from watcher.catalog.telemetry import Day
from watcher.daemon.past.uptime_gaps import Looks, models_without_days, unknown_hours

NOVITA, AZURE = key("a/b", "novita"), key("a/b", "azure")
MODEL = {ModelId("a/b"): (NOVITA, AZURE)}
NOW = datetime(2026, 7, 6, 12, 34, tzinfo=UTC)
EVERY = minutes(15)


def known(
    sweeps: Sequence[datetime] = (), days: Mapping[int, Day] | None = None, of: EndpointKey = NOVITA
) -> Looks:
    """Give when one endpoint was read, and what is kept of days of July."""
    return Looks(
        now=NOW,
        sweeps=tuple((at, frozenset({of})) for at in sweeps),
        days={date(2026, 7, number): {of: day} for number, day in (days or {}).items()},
    )


def unknown(looks: Looks, every: timedelta = EVERY) -> int:
    return unknown_hours(looks, [NOVITA], every)[NOVITA]


def test_of_an_endpoint_that_was_never_read_all_hours_are_unknown() -> None:
    assert unknown(known()) == 72
    assert unknown(known([NOW - HOUR], of=AZURE)) == 72


def test_an_hour_is_known_where_a_sweep_was_in_it_or_an_interval_from_it() -> None:
    assert unknown(known([NOW - 5 * HOUR])) == 71
    assert unknown(known([NOW - 5 * HOUR - minutes(30)])) == 70
    assert unknown(known([NOW - 72 * HOUR, NOW])) == 71


def test_whoever_polls_once_in_twelve_hours_has_no_gaps_between() -> None:
    sweeps = [NOW - 12 * HOUR * back for back in range(7)]

    assert unknown(known(sweeps), 12 * HOUR) == 0
    assert unknown(known(sweeps)) > 60


def test_hours_that_the_record_was_asked_for_are_known_even_where_it_knew_nothing() -> None:
    assert unknown(known(days={5: Day(hours=(None,) * 24)})) == 48
    assert unknown(known(days={3: Day(hours=(9.0,) * 24), 6: Day(hours=(9.0,) * 7)})) == 72 - 12 - 7


def test_a_model_wants_its_days_while_one_of_the_last_two_is_unknown_of_all_its_endpoints() -> None:
    yesterday, before = NOW - 24 * HOUR, NOW - 48 * HOUR

    assert models_without_days(known([NOW, yesterday]), MODEL) == ["a/b"]
    assert models_without_days(known([yesterday, before]), MODEL) == []
    assert models_without_days(known([yesterday], days={4: Day()}), MODEL) == []
    assert models_without_days(known(days={4: Day(), 5: Day(recorded=9.0)}), MODEL) == []
    assert models_without_days(known(days={4: Day(recorded=9.0), 6: Day()}), MODEL) == ["a/b"]


def test_a_model_without_endpoints_that_have_ids_wants_nothing() -> None:
    assert models_without_days(known(), {ModelId("a/b"): ()}) == []
