"""A database as months leave it, worn by random damage: what was written, and what is read of it after."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.store.values import NOON, OPENROUTER, alert, attempt, change, notification, provider, state_with
from watcher.alerts.outbox import Outcome, RowState
from watcher.catalog.names import EndpointKey, ModelId, ProviderSlug, Surface
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.decision import Decision, Gate, Refusal, Suppressed
from watcher.judgement.state import State
from watcher.store.places import DATABASE
from watcher.store.queries import Queries
from watcher.store.store import Store

HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=2)
LANE = ("team-slack", "#one")
LONG = NOON + timedelta(days=4000)
OTHER = "http://127.0.0.1:8080"
BURST = 512
STEPS = 40

TABLES = ("changes", "alerts", "suppressed", "refusals", "telemetry", "days", "outbox", "attempts", "pauses")


@dataclass(frozen=True, kw_only=True)
class Told:
    """All that can be read of a database: its state, and what else it holds, by kind."""

    state: State
    kinds: dict[str, Counter[Hashable]]


def lay_down(directory: Path) -> None:
    """Make a database that has something in every table, on a few hundred pages."""
    dice = random.Random(7)  # noqa: S311  # made-up readings
    with Store.open(directory, catalog=OPENROUTER) as store:
        state, version = State(), 0
        for step in range(STEPS):
            after = _state(dice, step)
            decision = _decision(after, step)
            messages = [(notification(f"{step:016x}"), "#one"), (notification(f"{step:016x}"), "#two")]
            version = store.commit(
                state, decision, messages, now=NOON + step * HOUR, expected_version=version
            )
            state = after
        _send_some(store)
        store.prune(NOON + timedelta(days=91))
    with Store.open(directory, catalog=OTHER) as other:
        other.commit(State(), Decision(state=state_with("azure")), (), now=NOON, expected_version=0)
    with closing(sqlite3.connect(directory / DATABASE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _state(dice: random.Random, step: int) -> State:
    keys = [EndpointKey(ModelId(f"author/model-{number}"), "azure", 0) for number in range(40)]
    telemetry = {key: Telemetry(dice.uniform(0, 100), dice.uniform(0, 100), 100.0, 0) for key in keys}
    slugs = [ProviderSlug(f"provider-{number}") for number in range(60 + step % 3)]
    known = {slug: provider(slug, privacy=f"https://{slug}/{step // 10}") for slug in slugs}
    return replace(state_with(), providers=known, telemetry=telemetry)


def _decision(state: State, step: int) -> Decision:
    at = NOON + step * HOUR
    reason = f"reason {step} " * 5
    return Decision(
        state=state,
        changes=tuple(change(f"author/model-{number}", at) for number in range(4)),
        alerts=(alert(f"{step:016x}", at),),
        suppressed=(
            Suppressed(at=LONG, gate=Gate.FLAP, rule="r", subject=f"a/{step}", field="x", reason=reason),
        ),
        refused=(Refusal(at=LONG, surface=Surface.MODELS, reason=reason),),
    )


def _send_some(store: Store) -> None:
    outcomes = ((RowState.DELIVERED, Outcome.DELIVERED), (RowState.RETRY, Outcome.RETRY))
    for number in range(STEPS // 2):
        claim = store.outbox.claim(*LANE, now=LONG, lease=LEASE)
        assert claim is not None
        state, outcome = outcomes[number % 2]
        store.outbox.settle(claim, attempt(state, outcome, at=LONG, next_at=LONG + LEASE))
    store.outbox.pause("boss-mail", "mail", now=NOON, next_at=NOON + HOUR, reason="SMTP 535")


def told(store: Store) -> Told:
    """Read all there is. Raises StoreError."""
    asked = store.queries
    return Told(state=store.load(), kinds={kind: Counter(_found(asked, kind)) for kind in TABLES})


def _found(asked: Queries, kind: str) -> Iterable[Hashable]:
    early, late = datetime.min.replace(tzinfo=NOON.tzinfo), datetime.max.replace(tzinfo=NOON.tzinfo)
    match kind:
        case "changes":
            return asked.history()
        case "alerts":
            return map(repr, asked.told(early))
        case "suppressed":
            return asked.suppressed()
        case "refusals":
            return asked.refusals(early)
        case "telemetry":
            return (_series(found) for found in asked.telemetry(early, late))
        case "days":
            return (_series(found) for found in asked.days(date.min, date.max))
        case "outbox":
            return (repr(replace(row, attempts=())) for row in asked.outbox() if row.receiver != "(lost)")
        case "attempts":
            return (repr(each) for row in asked.outbox() if row.receiver != "(lost)" for each in row.attempts)
        case _:
            return asked.pauses()


def _series(found: tuple[Any, Any]) -> Hashable:
    return found[0], tuple(sorted(found[1].items()))


def wear(path: Path, seed: int) -> str:
    """Damage a file, with a burst of bytes or, every other time, a single bit; return what was done."""
    dice = random.Random(seed)  # noqa: S311  # a repeatable accident
    content = bytearray(path.read_bytes())
    if seed % 2:
        place, bit = dice.randrange(len(content)), dice.randrange(8)
        content[place] ^= 1 << bit
        done = f"bit {bit} of byte {place}"
    else:
        place = dice.randrange(len(content) - BURST)
        content[place : place + BURST] = dice.randbytes(BURST)
        done = f"{BURST} bytes from {place}"
    path.write_bytes(content)
    return done


def untruths(found: Told, written: Told) -> list[str]:
    """Return what was read that was never written."""
    wrong = [f"{kind}: {extra}" for kind in TABLES for extra in found.kinds[kind] - written.kinds[kind]]
    if replace(found.state, telemetry={}) != replace(written.state, telemetry={}):
        wrong.append("state")
    if found.state.telemetry and found.state.telemetry != written.state.telemetry:
        wrong.append("telemetry of the state")
    return wrong


def unsaid(found: Told, written: Told, damage: Mapping[str, int]) -> list[str]:
    """Return of which kinds rows are missing although no damage was said of them."""
    explains = {
        "telemetry": ("telemetry", "rosters"),
        "days": ("days", "rosters"),
        "attempts": ("attempts", "outbox"),
    }
    return [
        kind
        for kind in TABLES
        if written.kinds[kind] - found.kinds[kind]
        and not any(damage.get(table) for table in explains.get(kind, (kind,)))
    ]
