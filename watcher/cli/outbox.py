"""``watcher outbox``: messages that wait, and what became of each try."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from watcher.alerts.outbox import Attempt, RowState
from watcher.alerts.wire import notification_to_json, stamp
from watcher.cli.configured import configuration
from watcher.cli.failures import Exit, Failure
from watcher.cli.lines import put
from watcher.cli.moments import now
from watcher.cli.remembered import to_read, to_write
from watcher.cli.report import count
from watcher.cli.verbs import Verb, Verbs, with_config, with_config_in_front, with_json
from watcher.messages.headline import headline
from watcher.messages.safe import visible
from watcher.messages.spans import moment
from watcher.messages.tell import tell
from watcher.store.waiting import OutboxRow

OVER = (RowState.DELIVERED, RowState.DISCARDED)
TITLE = 100


@click.group(
    "outbox",
    cls=Verbs,
    exits=(Exit.FAILED, Exit.WRONG),
    examples={
        "watcher outbox list": "What was not delivered, and why?",
        "watcher outbox retry": "Try all of it again now:",
        "watcher outbox discard 17 18": "Give two messages up:",
    },
)
@with_config_in_front
def command() -> None:
    """List, retry or discard messages that were not delivered.

    A message is one row for each target. Rows are queued, sending, in retry, paused (their target is at
    fault), dead (refused for good), orphaned (their target is no longer configured), delivered or discarded.
    """


@command.command(
    "list",
    cls=Verb,
    short_help="List messages that wait, with every try.",
    exits=(Exit.FAILED, Exit.WRONG),
    examples={
        "watcher outbox list --state dead": "What was refused for good?",
        "watcher outbox list --all --json": "Every message of the last 90 days, for a program:",
    },
)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in RowState]),
    help="Only rows in this state; may be repeated.",
)
@click.option("--all", "show_all", is_flag=True, help="Also what is delivered or discarded.")
@with_config
@with_json
def list_rows(*, states: tuple[str, ...], show_all: bool, config: Path | None, as_json: bool) -> None:
    """List messages that wait, oldest first, with every try and its reason."""
    settings = configuration(config)
    wanted = [RowState(state) for state in states] or [state for state in RowState if state not in OVER]
    with to_read(settings) as store:
        rows = store.queries.outbox(None if show_all and not states else wanted)
    if not rows and not as_json:
        click.echo("No message waits." if not (states or show_all) else "No such message.")
    for row in rows:
        if as_json:
            put(_row_to_json(row))
        else:
            click.echo("\n".join(visible(line) for line in _words(row, settings.rulebook.timezone)))


@command.command(
    "retry",
    cls=Verb,
    short_help="Make messages due now.",
    exits=(Exit.FAILED, Exit.WRONG),
    examples={"watcher outbox retry 17": "One message, also an orphaned or discarded one:"},
)
@click.argument("ids", metavar="[ID...]", nargs=-1, type=int)
@with_config
def retry(*, ids: tuple[int, ...], config: Path | None) -> None:
    """Make messages due now; the daemon, or the next `watcher once`, sends them.

    Without an ID: all that are in retry, paused or dead.
    """
    with to_write(configuration(config)) as store:
        found = store.outbox.retry(ids or None, now())
    _report(found, len(set(ids)), "due now")


@command.command(
    "discard",
    cls=Verb,
    short_help="Give messages up.",
    exits=(Exit.FAILED, Exit.WRONG),
    examples={"watcher outbox discard 17 18": "Give two messages up:"},
)
@click.argument("ids", metavar="ID...", nargs=-1, required=True, type=int)
@with_config
def discard(*, ids: tuple[int, ...], config: Path | None) -> None:
    """Give messages up; they stay listed under --all, and `retry ID` brings them back."""
    with to_write(configuration(config)) as store:
        found = store.outbox.discard(ids, now())
    _report(found, len(set(ids)), "discarded")


def _report(found: int, asked: int, what: str) -> None:
    click.echo(f"{count(found, 'message')} {what}.")
    if found < asked:
        which = "it is" if asked == 1 else f"{asked - found} of {asked} are"
        raise Failure(f"{which} not there, or sent already, or being sent; see `watcher outbox list --all`")


def _words(row: OutboxRow, zone: ZoneInfo) -> Iterator[str]:
    alerts = row.notification.alerts
    title = headline(alerts, [tell(alert) for alert in alerts], TITLE)
    repeat = ", may have arrived" if row.possible_repeat else ""
    due = f", next try {moment(row.next_at, zone)}" if row.next_at and row.attempts else ""
    yield f"{row.id}  {row.state}  {row.receiver}  {row.target}: {title}"
    yield f"    queued {moment(row.queued_at, zone)}{due}{repeat}"
    for attempt in row.attempts:
        said = f": {attempt.detail}" if attempt.detail else ""
        yield f"    {moment(attempt.ended_at, zone)}  {attempt.outcome}{said}"


def _row_to_json(row: OutboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": str(row.state),
        "receiver": row.receiver,
        "target": row.target,
        "queued_at": stamp(row.queued_at),
        "next_at": None if row.next_at is None else stamp(row.next_at),
        "possible_repeat": row.possible_repeat,
        "attempts": [_attempt_to_json(attempt) for attempt in row.attempts],
        "notification": notification_to_json(row.notification),
    }


def _attempt_to_json(attempt: Attempt) -> dict[str, Any]:
    return {
        "started_at": stamp(attempt.started_at),
        "ended_at": stamp(attempt.ended_at),
        "outcome": str(attempt.outcome),
        "detail": attempt.detail,
        "state": str(attempt.state),
        "next_at": None if attempt.next_at is None else stamp(attempt.next_at),
    }
