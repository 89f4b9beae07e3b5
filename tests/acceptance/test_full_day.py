"""A scripted day through the judgement: every truth is told, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from watcher.archive.recorded import seen_of
from watcher.config import parse
from watcher.judgement.rehearsal import rehearse
from watcher.reading.reader import Reader
from watcher.rules.presets import PRESETS
from watcher.rules.rulebook import Rulebook
from watcher.simulator.days import full_day
from watcher.simulator.simulation import Simulation
from watcher.simulator.truth import Told, compare

MIDNIGHT = datetime(2026, 9, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
FEW = 3
USE = "model.tokens"
HARDLY_USED = f"  - {{name: {USE}, when: {USE}, below: 50000000}}\n"
"""The general form is judged under its own name."""

Poll = Mapping[str, Any]


@pytest.fixture(scope="module")
def day() -> Simulation:
    return Simulation(seed=3, models=60, script=full_day, clock=lambda: MIDNIGHT)


@pytest.fixture(scope="module")
def polls(day: Simulation) -> list[Poll]:
    return list(day.poll_lines(QUARTER, timedelta(days=1), pages_every=timedelta(hours=1)))


def presets_of(day: Simulation) -> list[str]:
    return sorted({truth.preset for truth in day.truths} & {USE, *PRESETS})


def rulebook(day: Simulation) -> Rulebook:
    rules = "".join(f"  - use: {preset}\n" for preset in presets_of(day) if preset != USE)
    return parse(f"receivers: {{us: {{console: true}}}}\nrules:\n{rules}{HARDLY_USED}", {}).rulebook


def told_of(polls: Iterable[Poll], book: Rulebook) -> frozenset[Told]:
    reader = Reader()
    # The reader takes bodies over.
    own = (orjson.loads(orjson.dumps(poll)) for poll in polls)
    seen = (seen_of(poll, datetime.fromisoformat(poll["generated"]), reader) for poll in own)
    return frozenset(
        Told(alert.rule, alert.subject) for decision in rehearse(seen, book) for alert in decision.alerts
    )


def with_sweeps_of_a_few(day: Simulation, polls: Iterable[Poll]) -> Iterator[Poll]:
    """Yield polls with a sweep over the endpoints of a few models after each, other ones each time."""
    for number, poll in enumerate(polls):
        yield poll
        at = datetime.fromisoformat(poll["generated"]) + QUARTER / 2
        bodies = day.poll_line(at)["endpoints"]
        served = (
            [model for model in bodies if bodies[model]["data"]["endpoints"]] if all(bodies.values()) else []
        )
        few = [served[(number * FEW + place) % len(served)] for place in range(FEW)] if served else []
        if few:
            yield {"generated": at.isoformat(), "endpoints": {model: bodies[model] for model in few}}


def test_of_a_whole_day_exactly_what_is_true_is_told(day: Simulation, polls: list[Poll]) -> None:
    score = compare(day.truths, told_of(polls, rulebook(day)), presets_of(day))

    assert (score.missed, score.wrong) == (frozenset(), frozenset())
    assert len(score.right) >= 12


def test_sweeps_of_a_few_models_between_the_whole_ones_change_nothing_of_that(
    day: Simulation, polls: list[Poll]
) -> None:
    denser = list(with_sweeps_of_a_few(day, polls))

    score = compare(day.truths, told_of(denser, rulebook(day)), presets_of(day))

    assert len(denser) > len(polls) * 1.9
    assert (score.missed, score.wrong) == (frozenset(), frozenset())
