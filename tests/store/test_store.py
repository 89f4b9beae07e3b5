"""What is committed is there again, and nothing else."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from types import MappingProxyType
from typing import get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.strategies import values
from tests.store.values import (
    FIREWORKS,
    MINUTE,
    NOON,
    OPENROUTER,
    alert,
    change,
    notification,
    provider,
    state_with,
)
from watcher.alerts.outbox import RowState
from watcher.catalog.names import ProviderSlug, Surface
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.decision import Decision, Gate, Refusal, Suppressed
from watcher.judgement.state import State
from watcher.store import mark, parts
from watcher.store.errors import Busy, Conflict, Unstarted
from watcher.store.places import DATABASE
from watcher.store.store import Store


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_state_and_any_move_to_another_come_back_equal(data: st.DataObject) -> None:
    first = data.draw(values(State))
    moved = data.draw(st.sampled_from([item.name for item in fields(State)]))
    second = replace(first, **{moved: data.draw(values(get_type_hints(State)[moved]))})

    with TemporaryDirectory() as folder, Store.open(Path(folder), catalog=OPENROUTER) as store:
        version = store.commit(State(), Decision(state=first), (), now=NOON, expected_version=0)
        after_first = store.load()
        store.commit(first, Decision(state=second), (), now=NOON, expected_version=version)

        assert (after_first, store.load()) == (first, second)


def test_a_new_store_knows_nothing(store: Store) -> None:
    assert store.loaded() == (State(), 0)


def test_what_was_committed_is_there_after_reopening(directory: Path) -> None:
    with Store.open(directory, catalog=OPENROUTER) as store:
        store.commit(State(), Decision(state=state_with("fireworks")), (), now=NOON, expected_version=0)

    with Store.open(directory, catalog=OPENROUTER, check=True) as store:
        assert store.loaded() == (state_with("fireworks"), 1)


def test_only_what_differs_is_written() -> None:
    before = state_with("fireworks", "together", "azure")
    moved = {**before.providers, ProviderSlug("together"): provider("together", privacy="https://x")}
    del moved[ProviderSlug("azure")]

    delta = parts.difference(before, replace(before, providers=moved))

    assert [row.key for row in delta.changed] == ["together"]
    assert (delta.added, delta.removed) == ([], [("providers", "azure")])


def test_a_rebuilt_mapping_of_the_same_records_writes_nothing() -> None:
    before = state_with("fireworks")

    same = replace(before, providers=dict(before.providers), endpoints={}, surfaces=dict(before.surfaces))

    assert not any(parts.difference(before, same))


def test_a_decision_without_effect_leaves_the_version_alone(store: Store) -> None:
    state = state_with("fireworks")
    version = store.commit(State(), Decision(state=state), (), now=NOON, expected_version=0)

    again = store.commit(state, Decision(state=state), (), now=NOON + MINUTE, expected_version=version)

    assert (version, again, store.version()) == (1, 1, 1)


def test_a_commit_upon_a_state_that_moved_on_is_refused_and_writes_nothing(store: Store) -> None:
    state = state_with("fireworks")
    store.commit(State(), Decision(state=state), (), now=NOON, expected_version=0)
    late = Decision(state=state_with("together"), changes=(change(),), alerts=(alert(),))

    with pytest.raises(Conflict, match="version 0"):
        store.commit(State(), late, [(notification(), "slack")], now=NOON, expected_version=0)

    assert store.loaded() == (state, 1)
    assert (list(store.queries.history()), store.queries.outbox()) == ([], ())


def test_a_failure_in_the_middle_of_a_commit_leaves_nothing_of_it(store: Store) -> None:
    unwritable = replace(change(), old=object())
    decision = Decision(state=state_with("fireworks"), changes=(unwritable,))

    with pytest.raises(TypeError):
        store.commit(State(), decision, [(notification(), "slack")], now=NOON, expected_version=0)

    assert store.loaded() == (State(), 0)


def test_another_base_url_is_another_catalog_with_its_own_baseline(store: Store, directory: Path) -> None:
    store.commit(State(), Decision(state=state_with("fireworks")), (), now=NOON, expected_version=0)

    with Store.open(directory, catalog="http://127.0.0.1:8080") as other:
        other.commit(State(), Decision(state=state_with("azure")), (), now=NOON, expected_version=0)

        assert other.loaded() == (state_with("azure"), 1)
    assert store.loaded() == (state_with("fireworks"), 1)


def test_one_transaction_holds_all_that_a_decision_lists(store: Store) -> None:
    dropped = Suppressed(at=NOON, gate=Gate.SCHEMA, rule=None, subject="a/b", field="x", reason="68 rows")
    refused = Refusal(at=NOON, surface=Surface.MODELS, reason="HTML", held=False)
    decision = Decision(
        state=state_with("fireworks"),
        changes=(change(),),
        alerts=(alert(),),
        suppressed=(dropped,),
        refused=(refused,),
    )

    store.commit(State(), decision, [(notification(), "slack")], now=NOON, expected_version=0)

    asked = store.queries
    assert list(asked.history()) == [change()]
    assert asked.edges(NOON) == (alert(),)
    assert asked.suppressed() == (dropped,)
    assert asked.refusals(NOON) == (refused,)
    assert [(row.notification, row.target) for row in asked.outbox()] == [(notification(), "slack")]


def test_the_newest_reading_is_state_and_the_earlier_ones_are_a_series(store: Store) -> None:
    first = state_with("fireworks")
    second = replace(first, telemetry={FIREWORKS: Telemetry(uptime_30m=12.0)})
    store.commit(State(), Decision(state=first), (), now=NOON, expected_version=0)
    store.commit(first, Decision(state=second), (), now=NOON + MINUTE, expected_version=1)

    series = list(store.queries.telemetry(NOON, NOON + MINUTE))

    assert store.load().telemetry == second.telemetry
    assert series == [(NOON, first.telemetry), (NOON + MINUTE, second.telemetry)]


def test_readings_that_all_vanish_are_gone(store: Store) -> None:
    first = state_with("fireworks")
    store.commit(State(), Decision(state=first), (), now=NOON, expected_version=0)

    store.commit(first, Decision(state=replace(first, telemetry={})), (), now=NOON, expected_version=1)

    assert store.load().telemetry == {}


def test_a_touch_reaches_the_disk_and_changes_nothing(store: Store, directory: Path) -> None:
    before = store.loaded()
    store.touch()
    first = mark.read(directory)
    store.touch()

    second = mark.read(directory)

    assert first is not None
    assert second == first._replace(writes=first.writes + 1)
    assert store.loaded() == before


def test_readers_see_whole_commits_while_a_daemon_writes(store: Store, directory: Path) -> None:
    torn: list[State] = []
    pairs = [state_with("fireworks", "together"), state_with("azure", "groq"), State()]

    def read() -> None:
        with Store.open_to_read(directory, catalog=OPENROUTER) as reader:
            torn.extend(seen for _ in range(40) if (seen := reader.load()) not in pairs)

    readers = [Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    before = State()
    for version in range(60):
        after = pairs[version % 2]
        store.commit(before, Decision(state=after), (), now=NOON, expected_version=version)
        before = after
    for reader in readers:
        reader.join()

    assert torn == []


def test_a_reader_before_the_first_start_says_what_to_do(directory: Path) -> None:
    with pytest.raises(Unstarted, match="watcher run"):
        Store.open_to_read(directory, catalog=OPENROUTER)


def test_a_reader_of_an_unknown_catalog_finds_nothing(store: Store, directory: Path) -> None:
    store.commit(State(), Decision(state=state_with("fireworks")), (), now=NOON, expected_version=0)

    with Store.open_to_read(directory, catalog="http://127.0.0.1:1") as reader:
        assert (reader.loaded(), reader.queries.surfaces()) == ((State(), 0), {})


def test_pruning_keeps_what_is_young_and_the_newest_reading_whatever_its_age(store: Store) -> None:
    first = state_with("fireworks")
    dropped = Suppressed(at=NOON, gate=Gate.FLAP, rule=None, subject="a/b", field=None, reason="back")
    decision = Decision(state=first, changes=(change(),), suppressed=(dropped,))
    store.commit(State(), decision, [(notification(), "slack")], now=NOON, expected_version=0)

    gone = store.prune(NOON + timedelta(days=30))

    assert gone == 1
    assert store.queries.suppressed() == ()
    assert list(store.queries.history()) == [change()]
    assert store.load() == first
    assert store.outbox.counts()[RowState.QUEUED] == 1


def test_pruning_forgets_old_messages_that_are_settled_with_their_tries(store: Store) -> None:
    store.commit(State(), Decision(state=State()), [(notification(), "slack")], now=NOON, expected_version=0)
    store.outbox.discard([1], NOON)

    gone = store.prune(NOON + timedelta(days=91))

    assert (gone, store.queries.outbox()) == (1, ())


def test_importing_the_same_changes_twice_adds_them_once(store: Store) -> None:
    added = [store.fill([change(), change(at=NOON + MINUTE)]) for _ in range(2)]

    assert added == [2, 0]
    assert len(list(store.queries.history())) == 2


def test_states_may_be_read_only_mappings(store: Store) -> None:
    frozen = replace(state_with("fireworks"), providers=MappingProxyType(dict(state_with("azure").providers)))

    store.commit(State(), Decision(state=frozen), (), now=NOON, expected_version=0)

    assert store.load() == frozen


ENDLESS = """
import sys
from pathlib import Path
from tests.store.values import NOON, OPENROUTER, notification, state_with
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.store.places import DATABASE
from watcher.store.store import Store
store = Store.open(Path(sys.argv[1]), catalog=OPENROUTER)
state, version = store.loaded()
while True:
    after = state_with(*map(str, range(version % 50)))
    told = [(notification(), "t")]
    version = store.commit(state, Decision(state=after), told, now=NOON, expected_version=version)
    state = after
    print(version, flush=True)
"""


@pytest.mark.fault("killed in the middle of a transaction")
def test_a_killed_daemon_leaves_every_commit_it_acknowledged_and_no_half_of_another(directory: Path) -> None:
    acknowledged = 0
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", ENDLESS, str(directory)], stdout=subprocess.PIPE
        ) as daemon:
            assert daemon.stdout is not None
            for _ in range(15):
                acknowledged = int(daemon.stdout.readline())
            daemon.kill()

        with Store.open(directory, catalog=OPENROUTER, check=True) as store:
            state, version = store.loaded()
            assert version >= acknowledged
            assert state == state_with(*map(str, range((version - 1) % 50)))
            assert store.outbox.counts()[RowState.QUEUED] == version


@pytest.mark.fault("a backup tool holds the lock")
def test_a_database_that_another_program_keeps_locked_is_named(store: Store, directory: Path) -> None:
    other = sqlite3.connect(directory / DATABASE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with store._database.reading() as connection:  # noqa: SLF001  # patience of seconds is no matter for a test
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")

    with pytest.raises(Busy, match="another program"):
        store.outbox.resume("team-slack", "slack", NOON)
    other.close()


def test_a_commit_upon_a_state_that_was_never_stored_is_refused(store: Store) -> None:
    imagined = state_with("fireworks")
    moved = replace(imagined, providers={})

    with pytest.raises(Conflict):
        store.commit(imagined, Decision(state=moved), (), now=NOON, expected_version=0)

    assert store.loaded() == (State(), 0)
