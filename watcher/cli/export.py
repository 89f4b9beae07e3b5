"""``watcher export``: the history for spreadsheets and programs."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click
import orjson

from watcher.cli.configured import configuration
from watcher.cli.failures import Exit
from watcher.cli.lines import put
from watcher.cli.moments import Since
from watcher.cli.recounted import change_to_json
from watcher.cli.remembered import to_read
from watcher.cli.verbs import verb, with_config
from watcher.judgement.decision import Change

COLUMNS = (
    "at", "not_before", "event", "subject", "model", "provider", "endpoint", "field", "old", "new", "percent",
)  # fmt: skip


@verb(
    "export",
    Exit.FAILED,
    Exit.WRONG,
    examples={
        "watcher export --format csv > changes.csv": "For a spreadsheet:",
        "watcher export --since 30d | gzip > changes.jsonl.gz": "The last month, for a program:",
    },
)
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="What to write.")
@click.option("--since", type=Since(), help="Only what happened from then on: 2026-07-06, or 30d ago.")
@with_config
def command(*, form: str, since: datetime | None, config: Path | None) -> None:
    """Write the recorded changes to standard output, oldest first.

    Times are UTC, prices are USD per token as decimal text. In CSV, texts that a spreadsheet would take for
    a formula get a leading apostrophe, and lists are JSON.
    """
    settings = configuration(config)
    with to_read(settings) as store:
        found = store.queries.history(since=since, oldest_first=True)
        if form == "csv":
            _write_csv(found)
            return
        for change in found:
            put(change_to_json(change))


def _write_csv(found: Iterable[Change]) -> None:
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(COLUMNS)
    for change in found:
        values = change_to_json(change)
        rows.writerow([_cell(values[column]) for column in COLUMNS])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return orjson.dumps(value).decode()
    # A catalog's text must not run in a spreadsheet (OWASP, CSV injection); "-1" is a price.
    is_formula = value.startswith(("=", "+", "@", "\t", "\r")) or (value.startswith("-") and value != "-1")
    return f"'{value}" if is_formula else value
