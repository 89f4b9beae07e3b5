"""A scripted day through the judgement: every truth is told, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from watcher.archive.recorded import seen_of
from watcher.config import parse
from watcher.judgement.rehearsal import rehearse
from watcher.reading.reader import Reader
from watcher.rules.presets import PRESETS
from watcher.simulator.days import full_day
from watcher.simulator.simulation import Simulation
from watcher.simulator.truth import Told, compare

MIDNIGHT = datetime(2026, 9, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def test_of_a_whole_day_exactly_what_is_true_is_told() -> None:
    day = Simulation(seed=3, models=60, script=full_day, clock=lambda: MIDNIGHT)
    presets = sorted({truth.preset for truth in day.truths} & PRESETS.keys())
    rules = "".join(f"  - use: {preset}\n" for preset in presets)
    book = parse(f"receivers: {{us: {{console: true}}}}\nrules:\n{rules}", {}).rulebook

    reader = Reader()
    polls = (
        seen_of(line, datetime.fromisoformat(line["generated"]), reader)
        for line in day.poll_lines(QUARTER, timedelta(days=1), pages_every=timedelta(hours=1))
    )
    told = {
        Told(alert.rule, alert.subject) for decision in rehearse(polls, book) for alert in decision.alerts
    }

    score = compare(day.truths, told, presets)
    assert (score.missed, score.wrong) == (frozenset(), frozenset())
    assert len(score.right) >= 12
