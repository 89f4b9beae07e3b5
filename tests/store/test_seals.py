"""A row that is not as it was written is left out and counted, and never read as truth."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect

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
from watcher.alerts.outbox import RowState
from watcher.catalog.names import Surface
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.decision import Decision, Gate, Refusal, Suppressed
from watcher.judgement.state import State
from watcher.store.errors import Corrupt
from watcher.store.places import DATABASE
from watcher.store.schema import SEAL, metadata
from watcher.store.seals import seal
from watcher.store.store import Store
from watcher.store.verify import verify

LEASE = timedelta(minutes=2)


@pytest.fixture
def used(store: Store) -> Store:
    """Give a store that has something in every table of its history."""
    first = state_with("fireworks", "together")
    decision = Decision(
        state=first,
        changes=(change(), change("a/b")),
        alerts=(alert(), alert("fedcba9876543210")),
        suppressed=(
            Suppressed(at=NOON, gate=Gate.FLAP, rule="r", subject="a/b", field="x", reason="it came back"),
        ),
        refused=(Refusal(at=NOON, surface=Surface.MODELS, reason="HTML", held=False),),
    )
    told = [(notification(), "#one"), (notification("fedcba9876543210"), "#one")]
    store.commit(State(), decision, told, now=NOON, expected_version=0)
    second = replace(first, telemetry={FIREWORKS: Telemetry(uptime_30m=12.0)})
    store.commit(first, Decision(state=second), (), now=NOON + MINUTE, expected_version=1)
    store.outbox.pause("boss-mail", "mail", now=NOON, next_at=NOON + MINUTE, reason="SMTP 535")
    claim = store.outbox.claim("team-slack", "#one", now=NOON, lease=LEASE)
    assert claim is not None
    store.outbox.settle(claim, attempt())
    return store


def damage(directory: Path, statement: str) -> None:
    """Change a row behind the store's back."""
    with closing(sqlite3.connect(directory / DATABASE)) as connection, connection:
        assert connection.execute(statement).rowcount == 1


def test_every_row_of_every_table_is_sealed(used: Store) -> None:
    with used._database.reading() as connection:  # noqa: SLF001  # what is on the disk
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
        unsealed = {
            table
            for table in tables
            if connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE {SEAL} = 0").scalar()  # noqa: S608  # our own names
        }

    assert tables == {table.name for table in metadata.sorted_tables}
    assert unsealed == set()
    assert verify(used._database) == {}  # noqa: SLF001  # as above


@given(st.lists(st.one_of(st.none(), st.text(), st.binary(), st.integers(), st.floats(allow_nan=False))))
def test_no_two_rows_share_a_form(values: list[bytes | str | int | float | None]) -> None:
    assert seal(*values) != seal(*values, None)
    assert seal(*values, "a", "b") != seal(*values, "ab", "")
    assert seal(*values, None) != seal(*values, "-")
    assert seal(*values, 1) != seal(*values, "1")


@pytest.mark.fault("bits have flipped")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE state SET body = replace(body, 'Fireworks', 'Fireworkz') WHERE key = 'fireworks'",
        "UPDATE state SET key = 'fireworkz' WHERE key = 'fireworks'",
        "UPDATE state SET seal = seal + 1 WHERE key = 'fireworks'",
        "UPDATE state SET body = CAST(X'ff00ff' AS TEXT) WHERE key = 'fireworks'",
    ],
)
def test_a_damaged_row_of_the_state_is_named_and_nothing_of_the_state_is_believed(
    used: Store, directory: Path, statement: str
) -> None:
    damage(directory, statement)

    with pytest.raises(Corrupt, match=r"the state is damaged \(providers 'firework.*watcher restore BACKUP"):
        used.load()
    with Store.open_to_read(directory, catalog=OPENROUTER) as reader, pytest.raises(Corrupt):
        reader.queries._part("providers")  # noqa: SLF001  # what levels and surfaces are read with


def test_a_row_of_the_state_that_is_gone_is_missed(used: Store, directory: Path) -> None:
    damage(directory, "DELETE FROM state WHERE key = 'fireworks'")

    with pytest.raises(Corrupt, match="missing, or older"):
        used.load()


def test_nothing_is_committed_upon_a_damaged_row(used: Store, directory: Path) -> None:
    before = used.load()
    damage(directory, "UPDATE state SET body = '{}' WHERE key = 'fireworks'")

    with pytest.raises(Corrupt, match="fireworks"):
        used.commit(before, Decision(state=replace(before, providers={})), (), now=NOON, expected_version=2)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalogs SET version = 7",
        "UPDATE catalogs SET base_url = 'https://openrouter.ay'",
        "UPDATE catalogs SET tally = tally + 1",
    ],
)
def test_a_damaged_catalog_is_never_taken_for_a_new_one(used: Store, directory: Path, statement: str) -> None:
    damage(directory, statement)

    for ask in (used.load, used.version, lambda: used.fill([change()])):
        with pytest.raises(Corrupt, match="catalog 1 is damaged"):
            ask()


@pytest.mark.parametrize("column", ["name", "writes", "shape", "restored_at"])
def test_a_damaged_passport_is_refused(used: Store, directory: Path, column: str) -> None:
    used.close()
    damage(directory, f"UPDATE passport SET {column} = '7'")  # noqa: S608  # our own names

    for opening in (Store.open, Store.open_to_read):
        with pytest.raises(Corrupt, match="passport is damaged"):
            opening(directory, catalog=OPENROUTER)


def test_a_damaged_definition_of_a_table_is_refused(used: Store, directory: Path) -> None:
    used.close()
    with closing(sqlite3.connect(directory / DATABASE)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'old TEXT', 'odd TEXT') WHERE name = 'changes'"
        )

    with pytest.raises(Corrupt, match="definitions of its tables"):
        Store.open(directory, catalog=OPENROUTER)


@pytest.mark.fault("bits have flipped")
def test_damaged_history_is_left_out_and_counted(used: Store, directory: Path) -> None:
    for statement in (
        "UPDATE changes SET new = '\"0.000009\"' WHERE id = 1",
        "UPDATE alerts SET body = replace(body, '0.000002', '0.000009') WHERE seq = 1",
        "UPDATE suppressed SET reason = 'flap' WHERE id = 1",
        "UPDATE refusals SET held = 1 WHERE id = 1",
        "UPDATE telemetry SET readings = X'78' WHERE id = 1",
        "UPDATE attempts SET outcome = 'retry' WHERE id = 1",
        "UPDATE pauses SET reason = 'none'",
    ):
        damage(directory, statement)

    asked = used.queries
    assert [found.subject for found in asked.history()] == ["a/b"]
    assert asked.told(NOON) == (alert("fedcba9876543210"),)
    assert (asked.suppressed(), asked.refusals(NOON), asked.pauses()) == ((), (), ())
    assert [at for at, _ in asked.telemetry(NOON, NOON + MINUTE)] == [NOON + MINUTE]
    assert [row.attempts for row in asked.outbox()] == [(), ()]
    assert asked.damage() == dict.fromkeys(
        ("alerts", "attempts", "changes", "pauses", "refusals", "suppressed", "telemetry"), 1
    )
    assert used.load().telemetry == {FIREWORKS: Telemetry(uptime_30m=12.0)}


def test_a_damaged_newest_reading_is_unknown_and_no_older_one_stands_in_for_it(
    used: Store, directory: Path
) -> None:
    damage(directory, "UPDATE telemetry SET at = '2026-07-06T12:01:01.000000Z' WHERE id = 2")

    assert used.load().telemetry == {}


def test_readings_of_a_damaged_roster_are_left_out_and_the_next_sweep_makes_a_new_one(
    used: Store, directory: Path
) -> None:
    damage(directory, "UPDATE rosters SET members = X'00'")
    before = used.load()
    after = replace(before, telemetry={FIREWORKS: Telemetry(uptime_30m=13.0)})
    later = NOON + 2 * MINUTE

    used.commit(before, Decision(state=after), (), now=later, expected_version=2)

    assert before.telemetry == {}
    assert list(used.queries.telemetry(NOON, later)) == [(later, after.telemetry)]


@pytest.mark.fault("bits have flipped")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outbox SET notification = replace(notification, '0.000002', '0.000009') WHERE id = 2",
        "UPDATE outbox SET target = '#two' WHERE id = 2",
        "UPDATE outbox SET state = 'delivered' WHERE id = 2",
        "UPDATE outbox SET possible_repeat = 1 WHERE id = 2",
        "UPDATE outbox SET notification = CAST(X'ff00ff' AS TEXT) WHERE id = 2",
    ],
)
def test_a_damaged_message_is_never_sent_and_listed_as_dead_with_the_reason(
    used: Store, directory: Path, statement: str
) -> None:
    damage(directory, statement)

    claims = [used.outbox.claim("team-slack", target, now=NOON, lease=LEASE) for target in ("#one", "#two")]

    assert claims == [None, None]
    assert used.outbox.bury(NOON) <= 1
    sound, dead = used.queries.outbox()
    assert sound.state is RowState.DELIVERED
    assert (dead.id, dead.state, dead.receiver) == (2, RowState.DEAD, "(lost)")
    assert [each.detail for each in dead.attempts] == [
        "the row is damaged in the database, so it is not sent"
    ]
    assert used.outbox.counts()[RowState.DEAD] == 1
    assert used.outbox.next_due("team-slack", "#one") is None
    assert used.outbox.bury(NOON) == 0


def test_a_damaged_message_that_is_being_sent_is_settled_by_nobody(used: Store, directory: Path) -> None:
    claim = used.outbox.claim("team-slack", "#one", now=NOON, lease=LEASE)
    assert claim is not None
    damage(directory, "UPDATE outbox SET attempts = 9 WHERE id = 2")

    assert not used.outbox.settle(claim, attempt())
    assert used.outbox.bury(NOON) == 1
