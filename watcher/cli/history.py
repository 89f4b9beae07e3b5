"""``watcher history``: recorded changes of the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from watcher.cli.configured import configuration
from watcher.cli.failures import Exit
from watcher.cli.known import known_of
from watcher.cli.lines import put
from watcher.cli.moments import Since, now
from watcher.cli.recounted import change_to_json, courses, phrase
from watcher.cli.remembered import to_read
from watcher.cli.uptimes import uptimes_of
from watcher.cli.verbs import verb, with_config, with_json
from watcher.judgement.decision import Change
from watcher.messages.safe import visible
from watcher.messages.spans import moment
from watcher.store.store import Store


@verb(
    "history",
    Exit.FAILED,
    Exit.WRONG,
    examples={
        "watcher history deepseek/deepseek-chat": "What happened to a model and its endpoints?",
        "watcher history deepseek": "Which of an author's models are used how much?",
        "watcher history 'openai/*' --since 7d --event '*.price_changed'": "Prices of one author, a week:",
        "watcher history --since 2026-07-01 --json --limit 0": "All of it, for a program:",
    },
)
@click.argument("subject", required=False)
@click.option("--since", type=Since(), help="Only what happened from then on: 2026-07-06, or 7d ago.")
@click.option("--event", metavar="GLOB", help="Only these events: model.added, 'endpoint.*', …")
@click.option("--limit", type=click.IntRange(min=0), default=200, help="At most so many; 0 for all.")
@with_config
@with_json
def command(
    *,
    subject: str | None,
    since: datetime | None,
    event: str | None,
    limit: int,
    config: Path | None,
    as_json: bool,
) -> None:
    """List recorded changes of the catalog, newest first, also those that no rule tells.

    SUBJECT is a model's id, a provider's slug, `model @ tag`, or a shell glob over them; a model's id also
    finds its endpoints. A price that moved more than once is drawn as a line of blocks at the end, when
    there is a SUBJECT; so is how well a model did, or the endpoints of a SUBJECT with an `@`, by the hour and
    by the day.

    What upstream's own pages show of it now stands below, where it was read (`catalog.frontend: all`, and a
    rule that needs it): the apps that use a model most, what it and its author did by the day, its versions.
    An author's slug lists all of the author's models. With --json these objects have a `type`, changes none.
    """
    settings = configuration(config)
    zone = settings.rulebook.timezone
    with to_read(settings) as store:
        found = store.queries.history(subject, since=since, event=event, limit=limit or None)
        drawn, known = ([], []) if subject is None or event is not None else _known(store, subject, zone)
        if as_json:
            for change in found:
                put(change_to_json(change))
            for entry in (*drawn, *known):
                put({key: value for key, value in entry.items() if key != "said"})
            return
        kept = list(_printed(found, zone, keep=subject is not None))
    _print(() if subject is None else courses(kept, zone))
    _print(line for entry in drawn for line in entry["said"])
    if known:
        _print([f"Known of {subject} from upstream's own pages:"])
    _print(line for entry in known for line in entry["said"])


Entries = Sequence[Mapping[str, Any]]


def _known(store: Store, subject: str, zone: ZoneInfo) -> tuple[Entries, Entries]:
    """Return the uptimes of a subject, and what upstream's own pages show of it."""
    return list(uptimes_of(store.queries, subject, now(), zone)), list(known_of(store.load(), subject, zone))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(visible(line))


def _printed(found: Iterator[Change], zone: ZoneInfo, *, keep: bool) -> Iterator[Change]:
    """Print each change, and yield those that are still needed."""
    first = next(found, None)
    if first is None:
        click.echo("No such change is recorded.", err=True)
        return
    for change in chain((first,), found):
        click.echo(visible(f"{moment(change.at, zone)}  {change.subject}  {phrase(change)}"))
        if keep:
            yield change
