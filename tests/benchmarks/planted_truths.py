"""Known changes planted into recorded polls, and what the rules told against what was planted.

    python -m tests.benchmarks.planted_truths ARCHIVE... [--seeds N] [--truths N] [--each N] [--pace MINUTES]

Each run plants truths of many kinds at random places of the polls, the same for the same seed, judges the
polls as ``watcher backtest`` does, and holds each message against what was due, to the poll. What the polls
tell without truths is due too. Prints a row for each kind and a line for each miss; exits with 1 when an
alert was lost, false or told twice.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from tests.benchmarks.planting.calm import calm_of
from tests.benchmarks.planting.day import Day, recorded_day
from tests.benchmarks.planting.judged import told_of
from tests.benchmarks.planting.rules import rulebook
from tests.benchmarks.planting.sowing import sown
from tests.benchmarks.planting.verdict import Fault, Miss, Verdict, judge
from watcher.alerts.wire import stamp
from watcher.rules.rulebook import Rulebook

FEWEST = 8
"""A day of fewer polls has no room for truths."""


def verdicts(day: Day, book: Rulebook, seeds: Sequence[int], truths: int) -> Iterator[Verdict]:
    """Yield the verdict over a day for each seed."""
    calm = calm_of(day)
    undisturbed = told_of(day.polls(), book)
    for seed in seeds:
        planted = sown(day, calm, f"{stamp(day.times[0])} {seed}", truths)
        yield judge(planted, undisturbed, told_of(day.polls(planted), book))


def run(day: Day, book: Rulebook, seeds: Sequence[int], truths: int) -> int:
    """Print each miss and the table, and return the exit code."""
    found = Verdict()
    for seed, verdict in zip(seeds, verdicts(day, book, seeds, truths), strict=True):
        for miss in verdict.misses:
            print(f"seed {seed}: {line(miss)}")
        found += verdict
    print(table(found))
    return 0 if found.is_good else 1


def table(verdict: Verdict) -> str:
    """Return a row for each kind, and the sum."""
    rows = [
        "| kind | planted | alerts due | at the right poll | late | lost | false | twice |",
        "|---|" + "---|" * 7,
    ]
    kinds = sorted({*verdict.planted, *verdict.due, *(miss.kind for miss in verdict.misses)})
    wrong = {(kind, fault): 0 for kind in kinds for fault in Fault}
    for miss in verdict.misses:
        wrong[miss.kind, miss.fault] += 1
    counts = [
        (
            verdict.planted[kind],
            verdict.due[kind],
            verdict.exact[kind],
            *(wrong[kind, fault] for fault in Fault),
        )
        for kind in kinds
    ]
    for name, row in zip(
        (*kinds, "all"), (*counts, [sum(column) for column in zip(*counts, strict=True)]), strict=True
    ):
        rows.append(f"| {name} | {' | '.join(map(str, row))} |")
    return "\n".join(rows)


def line(miss: Miss) -> str:
    """Return what was missed in one line: the fault, the kind, the rule, the subject and the polls."""
    due = miss.due
    subject = " ".join(filter(None, (due.subject, due.field)))
    told = f"{'due' if miss.fault is Fault.LOST else 'told'} {stamp(due.told)}"
    return f"{miss.fault}: {miss.kind}: {due.rule}: {subject}, first shown {stamp(due.at)}, {told}"


def main(arguments: Sequence[str]) -> int:
    """Read what is asked, run it, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.planted_truths", allow_abbrev=False)
    parser.add_argument("archive", nargs="+", type=Path, help="recorded polls, files or directories")
    parser.add_argument("--seeds", type=_count, default=1, metavar="N", help="plant anew this many times (1)")
    parser.add_argument(
        "--truths", type=_count, default=25, metavar="N", help="how many are planted in each run (25)"
    )
    parser.add_argument("--each", type=_count, default=1, metavar="N", help="take only every N-th poll")
    parser.add_argument("--pace", type=float, metavar="MINUTES", help="play the polls this far apart")
    asked = parser.parse_args(arguments)
    pace = None if asked.pace is None else timedelta(minutes=asked.pace)
    day = recorded_day(asked.archive, each=asked.each, pace=pace)
    if len(day) < FEWEST:
        parser.error(f"{len(day)} polls are too few; {FEWEST} are needed")
    return run(day, rulebook(), range(1, asked.seeds + 1), asked.truths)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
