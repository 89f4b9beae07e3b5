"""Laws that hold whatever a server says: over bodies of any JSON, and over sequences of worlds and lies."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.fuzzing import examples
from tests.faults.rounds import RULES
from watcher.archive.recorded import seen_of
from watcher.config import parse
from watcher.judgement.decide import decide
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.reading.reader import Reader
from watcher.rules.rulebook import Rulebook
from watcher.simulator.simulation import Simulation
from watcher.store.store import Store

Poll = dict[str, Any]
Path_ = tuple[str | int, ...]
NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
EVERYTHING = RULES + "".join(
    f"  - {{use: {preset}}}\n"
    for preset in ("free-variant-gone", "model-added", "context-change", "terms-changed", "alias-retargeted")
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**63), max_value=2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["", "-1", "1e999", "NaN", "\x00", "\u202e", "9" * 400, "~a/b", "a/b:free", "2098-12-31"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@cache
def rulebook() -> Rulebook:
    return parse(EVERYTHING, {}).rulebook


@cache
def world() -> bytes:
    """Return a small catalog as it is answered."""
    return orjson.dumps(Simulation(seed=1, models=12, clock=lambda: NOON, start=NOON).poll_line(NOON))


def truth() -> Poll:
    found: Poll = orjson.loads(world())
    return found


def paths_in(value: object, depth: int = 6) -> list[Path_]:
    """Return the ways to all parts of a value, itself included."""
    found: list[Path_] = [()]
    if depth == 0:
        return found
    items: Sequence[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    if isinstance(value, list):
        items = list(enumerate(value[:3]))
    return found + [(key, *rest) for key, inner in items for rest in paths_in(inner, depth - 1)]


@cache
def paths() -> list[Path_]:
    return paths_in({key: value for key, value in truth().items() if key != "generated"})


def put(poll: Poll, path: Path_, value: object) -> Poll:
    """Return the poll with something in place of one of its parts."""
    if not path:
        return {}
    *way, last = path
    inner: Any = poll
    for key in way:
        inner = inner[key]
    inner[last] = value
    return poll


lies = st.lists(st.tuples(st.deferred(lambda: st.sampled_from(paths())), JSON), min_size=1, max_size=4)


def told(poll: Poll, lie: Sequence[tuple[Path_, object]]) -> Poll:
    """Return a poll with each part replaced whose place is still there."""
    for path, value in lie:
        try:
            poll = put(poll, path, copy.deepcopy(value))
        except (KeyError, IndexError, TypeError):
            continue
    return poll


def polled(state: State, poll: Poll, number: int, reader: Reader) -> Decision:
    at = NOON + number * QUARTER
    seen = seen_of({key: value for key, value in poll.items() if key != "generated"}, at, reader)
    return decide(state, seen, rulebook(), at)


def lived(polls: Sequence[Poll]) -> list[Decision]:
    reader, decisions, state = Reader(), [], State()
    for number, poll in enumerate(polls):
        decisions.append(polled(state, copy.deepcopy(poll), number, reader))
        state = decisions[-1].state
    return decisions


def edges(decisions: Sequence[Decision]) -> list[str]:
    return [f"{alert.rule} {alert.subject} {alert.field}" for one in decisions for alert in one.alerts]


@examples(150)
@given(lies)
def test_whatever_stands_in_a_body_reading_and_judging_end_in_a_decision(
    lie: Sequence[tuple[Path_, object]],
) -> None:
    before, after = lived([truth(), told(truth(), lie)])

    refused = {refusal.surface for refusal in after.refused}
    kept = {"models": "models", "endpoints": "endpoints", "providers": "providers", "zdr": "zdr"}
    for surface, part in kept.items():
        if surface in refused:
            assert getattr(after.state, part) == getattr(before.state, part)


@examples(60)
@given(st.lists(lies, min_size=1, max_size=3))
def test_a_lie_between_two_truths_removes_nothing_and_its_end_changes_nothing(
    told_lies: list[Sequence[tuple[Path_, object]]],
) -> None:
    decisions = lived([truth(), *(told(truth(), lie) for lie in told_lies), truth(), truth(), truth()])

    known = decisions[0].state
    last = decisions[-1].state
    assert known.models.keys() <= last.models.keys()
    gone = {name for name in known.models if last.models[name].gone}
    assert gone == set()
    assert [change for change in decisions[-1].changes if change.subject in known.models] == []


@examples(40)
@given(st.lists(lies, min_size=1, max_size=3))
def test_the_same_polls_give_the_same_alerts(told_lies: list[Sequence[tuple[Path_, object]]]) -> None:
    polls = [truth(), *(told(truth(), lie) for lie in told_lies), truth()]

    first, second = lived(polls), lived(polls)

    assert [decision.alerts for decision in first] == [decision.alerts for decision in second]
    assert first[-1].state == second[-1].state


@examples(30)
@given(lies, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters_whatever_they_say(
    lie: Sequence[tuple[Path_, object]], luck: Any
) -> None:
    straight = [truth(), told(truth(), lie), truth()]
    turned = copy.deepcopy(straight)
    for poll in turned:
        for key in ("models", "providers", "frontend_providers"):
            rows = poll.get(key) and isinstance(poll[key], dict) and poll[key].get("data")
            if isinstance(rows, list):
                luck.shuffle(rows)

    assert sorted(edges(lived(straight))) == sorted(edges(lived(turned)))


@examples(25)
@given(lies)
def test_every_state_that_a_lie_leads_to_comes_back_from_the_store(
    lie: Sequence[tuple[Path_, object]],
) -> None:
    with TemporaryDirectory() as folder, Store.open(Path(folder), catalog="https://openrouter.ai") as store:
        state = State()
        for number, decision in enumerate(lived([truth(), told(truth(), lie)])):
            store.commit(state, decision, (), now=NOON, expected_version=store.version())
            state = decision.state
            assert store.load() == state, number
