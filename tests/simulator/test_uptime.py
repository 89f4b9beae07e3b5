from __future__ import annotations

import pytest

from watcher.simulator.catalog import Temper, Traffic
from watcher.simulator.uptime import Pulse, status_of, uptimes

NOW = 29_900_017


@pytest.mark.parametrize(("minutes", "five", "thirty"), [(1, 80, 29), (3, 40, 27), (5, 0, 25), (30, 0, 0)])
def test_uptime_is_the_share_of_good_minutes(minutes: int, five: float, thirty: int) -> None:
    key = calm_key()

    read = uptimes(Pulse(key, Traffic.HEAVY, Temper.STEADY, [(NOW - minutes, NOW)]), NOW)

    assert read.last_5m == five
    assert read.last_30m == pytest.approx(100 * thirty / 30)


def test_an_outage_still_shows_in_the_day_after_it_ended() -> None:
    over = uptimes(Pulse(calm_key(), Traffic.HEAVY, Temper.STEADY, [(NOW - 700, NOW - 556)]), NOW)

    assert (over.last_5m, over.last_30m) == (100, 100)
    assert over.last_1d == pytest.approx(90, abs=1)


def test_an_offer_nobody_uses_has_no_uptime() -> None:
    read = uptimes(Pulse("x", Traffic.NONE, Temper.STEADY, [(NOW - 30, NOW)]), NOW)

    assert read == (None, None, None)


def test_an_offer_with_little_traffic_counts_only_minutes_with_attempts() -> None:
    reads = [uptimes(Pulse(f"thin/{n}", Traffic.THIN, Temper.STEADY, []), NOW) for n in range(200)]

    assert {read.last_5m for read in reads} == {None, 100}
    assert all(read.last_1d == 100 for read in reads)


def test_a_steady_offer_never_falls_below_ninety_by_itself() -> None:
    reads = [
        uptimes(Pulse(f"steady/{n}", Traffic.HEAVY, Temper.STEADY, []), NOW + 7 * n).last_30m
        for n in range(500)
    ]

    assert min(read for read in reads if read is not None) > 90
    assert len(set(reads)) > 1


def test_a_flaky_offer_does() -> None:
    reads = [uptimes(Pulse(f"flaky/{n}", Traffic.HEAVY, Temper.FLAKY, []), NOW).last_30m for n in range(100)]

    assert min(read for read in reads if read is not None) < 90


@pytest.mark.parametrize(("uptime", "status"), [(None, 0), (95, 0), (94.9, -2), (80, -2), (79.9, -5)])
def test_status_follows_the_uptime_of_thirty_minutes(uptime: float | None, status: int) -> None:
    assert status_of(uptime) == status


def calm_key() -> str:
    """Return the key of an offer without a bad minute of its own around now."""
    keys = (f"calm/{n}" for n in range(100))
    return next(k for k in keys if uptimes(Pulse(k, Traffic.HEAVY, Temper.STEADY, []), NOW).last_30m == 100)
