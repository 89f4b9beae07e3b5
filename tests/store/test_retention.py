"""What is older than it is kept goes by itself, and the file shrinks with it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

import pytest

from tests.store.values import (
    FIREWORKS,
    MINUTE,
    NOON,
    OPENROUTER,
    alert,
    attempt,
    change,
    notification,
    state_with,
)
from watcher.alerts.outbox import Outcome, RowState
from watcher.catalog.names import EndpointKey, ModelId, Surface
from watcher.catalog.retention import Retention
from watcher.catalog.telemetry import Day, Telemetry
from watcher.judgement.decision import Decision, Gate, Refusal, Suppressed
from watcher.judgement.state import State
from watcher.store.places import DATABASE
from watcher.store.store import Store
from watcher.store.verify import verify

AZURE = EndpointKey(ModelId("a/b"), "azure", 0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FOREVER = Retention(
    telemetry=None, daily=None, changes=None, alerts=None, suppressed=None, refusals=None, outbox=None
)


def read(store: Store, at: datetime, **uptimes: float | None) -> None:
    """Commit one sweep's readings."""
    before, version = store.loaded()
    keys = {"fireworks": FIREWORKS, "azure": AZURE}
    telemetry = {
        keys[name]: Telemetry(uptime_30m=uptime, latency=400.0, throughput=None)
        for name, uptime in uptimes.items()
    }
    store.commit(
        before, Decision(state=replace(before, telemetry=telemetry)), (), now=at, expected_version=version
    )


def sweeps(store: Store) -> list[datetime]:
    return [at for at, _ in store.queries.telemetry(NOON - 1000 * DAY, NOON + 1000 * DAY)]


def days(store: Store) -> dict[date, dict[EndpointKey, Day]]:
    return {day: dict(found) for day, found in store.queries.days(date(2000, 1, 1), date(2100, 1, 1))}


def test_readings_shrink_to_one_summary_a_day_when_they_are_old(store: Store) -> None:
    read(store, NOON, fireworks=100.0, azure=None)
    read(store, NOON + HOUR, fireworks=50.0, azure=None)
    read(store, NOON + 2 * HOUR, fireworks=None, azure=None)
    read(store, NOON + DAY, fireworks=99.0)

    gone = store.prune(NOON + DAY + 90 * DAY)

    assert gone == 3
    assert sweeps(store) == [NOON + DAY]
    assert days(store) == {
        NOON.date(): {
            FIREWORKS: Day(readings=2, uptime_min=50.0, uptime_mean=75.0, latency_mean=400.0),
            AZURE: Day(readings=0, uptime_min=None, uptime_mean=None, latency_mean=400.0),
        }
    }
    assert store.prune(NOON + DAY + 90 * DAY) == 0


def test_a_day_that_is_not_over_keeps_its_sweeps(store: Store) -> None:
    for hour in range(4):
        read(store, NOON + hour * HOUR, fireworks=100.0)

    store.prune(NOON + HOUR, Retention(telemetry=timedelta(0)))

    assert len(sweeps(store)) == 4


def test_the_newest_sweep_is_the_state_and_stays_whatever_its_age(store: Store) -> None:
    read(store, NOON, fireworks=100.0)
    read(store, NOON + HOUR, fireworks=50.0)

    for _ in range(2):
        store.prune(NOON + 1000 * DAY)

    assert store.load().telemetry[FIREWORKS].uptime_30m == 50.0
    assert sweeps(store) == [NOON + HOUR]
    assert days(store)[NOON.date()][FIREWORKS].uptime_mean == 75.0


def test_every_kind_goes_at_its_own_age_and_only_then(store: Store) -> None:
    decision = Decision(
        state=state_with("fireworks"),
        changes=(change(),),
        alerts=(alert(),),
        suppressed=(Suppressed(at=NOON, gate=Gate.FLAP, rule=None, subject="a", field=None, reason="back"),),
        refused=(Refusal(at=NOON, surface=Surface.MODELS, reason="HTML"),),
    )
    store.commit(State(), decision, (), now=NOON, expected_version=0)
    keep = Retention(changes=10 * DAY, alerts=20 * DAY, suppressed=30 * DAY, refusals=40 * DAY)

    def kept(at: datetime) -> list[int]:
        store.prune(at, keep)
        asked = store.queries
        found = (asked.history(), asked.told(NOON), asked.suppressed(), asked.refusals(NOON))
        return [len(list(each)) for each in found]

    assert kept(NOON + 10 * DAY) == [1, 1, 1, 1]
    assert kept(NOON + 10 * DAY + MINUTE) == [0, 1, 1, 1]
    assert kept(NOON + 20 * DAY + MINUTE) == [0, 0, 1, 1]
    assert kept(NOON + 30 * DAY + MINUTE) == [0, 0, 0, 1]
    assert kept(NOON + 40 * DAY + MINUTE) == [0, 0, 0, 0]


def test_changes_and_alerts_are_kept_for_ever_unless_told_otherwise(store: Store) -> None:
    decision = Decision(state=State(), changes=(change(),), alerts=(alert(),))
    store.commit(State(), decision, (), now=NOON, expected_version=0)

    assert store.prune(NOON + 3650 * DAY) == 0


def test_forever_is_for_ever(store: Store) -> None:
    dropped = Suppressed(at=NOON, gate=Gate.FLAP, rule=None, subject="a", field=None, reason="back")
    store.commit(State(), Decision(state=State(), suppressed=(dropped,)), (), now=NOON, expected_version=0)
    for day in range(3):
        read(store, NOON + day * DAY, fireworks=1.0)

    assert store.prune(NOON + 3650 * DAY, FOREVER) == 0


def test_only_messages_that_are_settled_are_forgotten_with_their_tries(store: Store) -> None:
    told = [(notification(f"{number:016x}"), "a") for number in range(3)]
    store.commit(State(), Decision(state=State()), told, now=NOON, expected_version=0)
    for outcome, state in ((Outcome.DELIVERED, RowState.DELIVERED), (Outcome.RETRY, RowState.RETRY)):
        claim = store.outbox.claim("team-slack", "a", now=NOON, lease=MINUTE)
        assert claim is not None
        store.outbox.settle(claim, attempt(state, outcome))

    store.prune(NOON + 1000 * DAY)

    assert [row.state for row in store.queries.outbox()] == [RowState.RETRY, RowState.QUEUED]
    assert [len(row.attempts) for row in store.queries.outbox()] == [1, 0]


def test_another_catalog_keeps_to_the_same_ages(store: Store, directory: Path) -> None:
    with Store.open(directory, catalog="http://127.0.0.1:1") as other:
        read(other, NOON, fireworks=1.0)
        read(other, NOON + DAY, fireworks=2.0)

        store.prune(NOON + 1000 * DAY)

        assert sweeps(other) == [NOON + DAY]
        assert list(days(other)) == [NOON.date()]
        assert days(store) == {}


def test_rosters_that_nothing_refers_to_go_too(store: Store, directory: Path) -> None:
    read(store, NOON, fireworks=1.0)
    read(store, NOON + DAY, azure=1.0)
    store.prune(NOON + 1000 * DAY, Retention(daily=DAY))

    with closing(sqlite3.connect(directory / DATABASE)) as connection:
        assert connection.execute("SELECT count(*) FROM rosters").fetchone() == (1,)


def test_a_damaged_sweep_is_not_summed_up_and_goes_with_its_day(store: Store, directory: Path) -> None:
    for hour, uptime in enumerate((100.0, 50.0, 0.0)):
        read(store, NOON + hour * HOUR, fireworks=uptime)
    read(store, NOON + DAY, fireworks=1.0)
    with closing(sqlite3.connect(directory / DATABASE)) as connection, connection:
        connection.execute("UPDATE telemetry SET readings = X'00' WHERE id = 3")

    store.prune(NOON + 1000 * DAY)

    assert days(store)[NOON.date()][FIREWORKS].uptime_mean == 75.0
    assert sweeps(store) == [NOON + DAY]
    assert verify(store._database) == {"telemetry": 1}  # noqa: SLF001  # found while it was summed up


def test_a_file_gives_back_what_was_deleted(store: Store, directory: Path) -> None:
    many = tuple(change(f"author/model-{number}", NOON) for number in range(20_000))
    store.fill(many)
    full = pages(directory)

    store.prune(NOON + 2 * DAY, Retention(changes=DAY))

    assert pages(directory) < full / 4


def pages(directory: Path) -> int:
    with closing(sqlite3.connect(directory / DATABASE)) as connection:
        count: int = connection.execute("PRAGMA page_count").fetchone()[0]
        return count


@pytest.mark.fault("a history of 10 GB")
def test_a_poll_is_not_kept_waiting_while_years_go(store: Store, directory: Path) -> None:
    store.fill(tuple(change(f"author/model-{number}", NOON) for number in range(5_000)))
    is_over = Event()

    def prune() -> None:
        try:
            with Store.open(directory, catalog=OPENROUTER) as other:
                other.prune(NOON + 2 * DAY, Retention(changes=DAY))
        finally:
            is_over.set()

    pruning = Thread(target=prune)
    pruning.start()
    waits = []
    while not is_over.is_set():
        begun = perf_counter()
        before, version = store.loaded()
        after = state_with(*map(str, range(version % 3)))
        store.commit(before, Decision(state=after), (), now=NOON, expected_version=version)
        waits.append(perf_counter() - begun)
    pruning.join()

    assert len(waits) > 5
    assert max(waits) < 1.0


@pytest.mark.parametrize("uptime", [99.8295575598324, 0.0, 100.0])
def test_readings_are_kept_exactly(store: Store, uptime: float) -> None:
    read(store, NOON, fireworks=uptime)

    ((_, found),) = store.queries.telemetry(NOON, NOON)

    assert found[FIREWORKS].uptime_30m == uptime
