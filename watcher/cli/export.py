"""``watcher export``: the history for spreadsheets and programs."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from watcher.alerts.wire import stamp
from watcher.catalog.names import EndpointKey
from watcher.catalog.telemetry import Day, Telemetry
from watcher.cli.configured import configuration
from watcher.cli.failures import Exit
from watcher.cli.lines import put
from watcher.cli.moments import Since
from watcher.cli.recounted import change_to_json
from watcher.cli.remembered import to_read
from watcher.cli.verbs import verb, with_config
from watcher.store.queries import Queries

Row = Mapping[str, object]

BEGINNING, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

COLUMNS = {
    "changes": (
        "at", "not_before", "event", "subject", "model", "provider", "endpoint", "field", "old", "new",
        "percent",
    ),
    "readings": ("at", "model", "endpoint", *Telemetry._fields),
    "days": ("day", "model", "endpoint", *Day._fields),
}  # fmt: skip
"""What can be written, and the columns of each."""


@verb(
    "export",
    Exit.FAILED,
    Exit.WRONG,
    examples={
        "watcher export --format csv > changes.csv": "For a spreadsheet:",
        "watcher export --since 30d | gzip > changes.jsonl.gz": "The last month, for a program:",
        "watcher export --what days --since 365d": "How well each endpoint did, day by day:",
    },
)
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="What to write.")
@click.option(
    "--what",
    type=click.Choice(list(COLUMNS)),
    default="changes",
    help="Changes; readings of every sweep that is kept; or the days that older ones were summed up to.",
)
@click.option("--since", type=Since(), help="Only what happened from then on: 2026-07-06, or 30d ago.")
@with_config
def command(*, form: str, what: str, since: datetime | None, config: Path | None) -> None:
    """Write what is recorded to standard output, oldest first.

    Times and days are UTC, prices are USD per token as decimal text, uptimes percent (those of a day: least
    and mean over 30 minutes), latencies ms, throughputs tokens a second. `recorded` and `hours` are what
    upstream recorded of a day, and of its hours from midnight on, where we did not look. In CSV, texts that a
    spreadsheet would take for a formula get a leading apostrophe, and lists are JSON.
    """
    settings = configuration(config)
    with to_read(settings) as store:
        found = _rows(store.queries, what, since or BEGINNING)
        if form == "csv":
            _write_csv(found, COLUMNS[what])
            return
        for row in found:
            put(row)


def _rows(asked: Queries, what: str, since: datetime) -> Iterator[Row]:
    match what:
        case "readings":
            for at, sweep in asked.telemetry(since, END):
                for key, reading in sweep.items():
                    yield {"at": stamp(at), **_whose(key), **reading._asdict()}
        case "days":
            for day, summary in asked.days(since.date(), END.date()):
                for key, summed in summary.items():
                    yield {"day": day.isoformat(), **_whose(key), **summed._asdict()}
        case _:
            yield from map(change_to_json, asked.history(since=since, oldest_first=True))


def _whose(key: EndpointKey) -> Row:
    return {"model": key.model, "endpoint": key.label}


def _write_csv(found: Iterable[Row], columns: Sequence[str]) -> None:
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(columns)
    for values in found:
        rows.writerow([_cell(values[column]) for column in columns])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return orjson.dumps(value).decode()
    # A catalog's text must not run in a spreadsheet (OWASP, CSV injection); "-1" is a price.
    is_formula = value.startswith(("=", "+", "@", "\t", "\r")) or (value.startswith("-") and value != "-1")
    return f"'{value}" if is_formula else value
