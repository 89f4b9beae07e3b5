"""``watcher test-rules``: rule tests in YAML."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import click

from watcher.alerts.wire import alert_to_json, stamp
from watcher.cli.failures import Exit
from watcher.cli.lines import put
from watcher.cli.report import count
from watcher.cli.rule_tests import Outcome, outcome
from watcher.cli.verbs import verb, with_json
from watcher.cli.written_tests import read_tests
from watcher.messages.safe import visible
from watcher.messages.spans import moment
from watcher.messages.tell import tell


@verb(
    "test-rules",
    Exit.FAILED,
    Exit.WRONG,
    examples={"watcher test-rules tests/*.yaml": "Before a change of rules is merged:"},
)
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@with_json
@click.pass_context
def command(context: click.Context, *, files: tuple[Path, ...], as_json: bool) -> None:
    """Run rule tests: polls, and exactly the alerts that they should bring.

    \b
    rules: [{use: price-change}]   # then also `models`; or a file, config.yaml
    polls:                    # or `archive: FILE`, a recording
      - at: 0m
        models: [{id: a/b, name: B}]
        endpoints:
          a/b: [{tag: x, pricing: {prompt: "0.000001"}}]
      - at: 30m
        endpoints:
          a/b: [{tag: x, pricing: {prompt: "0.000002"}}]
      - {at: 60m, endpoints: same}
    expect:
      - {at: 30m, rule: price-change, subject: a/b, percent: 100}

    Rows are upstream's own; a surface that a poll leaves out was not polled, `same` repeats the last one.
    Times count from `start` (2026-01-01T00:00Z). `at` is the poll that first showed it, `told_at` when it was
    told; any other key of an alert in `backtest --json` may be named too. An alert that is not expected fails
    a test. A file may hold several `tests:`, each with a `name`; what stands beside them is common to all.
    Every mistake of every file is told at once, with its line.
    """  # noqa: D301  # click looks for the character \b itself
    failed = 0
    for test in read_tests(files, os.environ):
        came = outcome(test)
        failed += not came.passed
        if as_json:
            put(_to_json(test.path, came))
        else:
            click.echo("\n".join(visible(line) for line in _words(came)))
    if failed:
        context.exit(int(Exit.FAILED))


def _words(came: Outcome) -> Iterator[str]:
    word = "ok" if came.passed else "FAILED"
    yield f"{came.name}: {word}, {count(came.right, 'alert')} as expected"
    for wanted in came.missing:
        yield f"  missing: {', '.join(f'{key} {value}' for key, value in wanted.items())}"
    for alert in came.unexpected:
        when = moment(alert.at, UTC)
        yield f"  not expected: {when}, {alert.rule}, {alert.event}, {alert.subject}: {tell(alert).phrase}"
    for refusal in () if came.passed else came.refused:
        yield f"  not believed: {moment(refusal.at, UTC)}, {refusal.surface}: {refusal.reason}"


def _to_json(path: Path, came: Outcome) -> dict[str, object]:
    return {
        "file": str(path),
        "test": came.name,
        "passed": came.passed,
        "right": came.right,
        "missing": list(came.missing),
        "unexpected": [alert_to_json(alert) for alert in came.unexpected],
        "refused": [
            {"at": stamp(refusal.at), "surface": str(refusal.surface), "reason": refusal.reason}
            for refusal in came.refused
        ],
    }
