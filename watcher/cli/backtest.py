"""``watcher backtest``: what these rules would have sent over recorded polls."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import click

from watcher.alerts.notification import Notification
from watcher.alerts.wire import notification_to_json, stamp
from watcher.archive.recorded import Poll, Unreadable, recorded
from watcher.archive.survey import Survey, survey
from watcher.cli.comparison import compare
from watcher.cli.configured import configuration
from watcher.cli.failures import Exit, Misuse
from watcher.cli.lines import put
from watcher.cli.moments import Moment
from watcher.cli.progress import Progress
from watcher.cli.rehearsals import at_its_pace
from watcher.cli.report import block, closing, suppression
from watcher.cli.tally import Tally
from watcher.cli.verbs import verb, with_config, with_json
from watcher.judgement.decision import Decision, Suppressed
from watcher.judgement.rehearsal import rehearse
from watcher.messages.plain import plain
from watcher.messages.safe import visible
from watcher.reading.reader import Reader
from watcher.rules.rulebook import Rulebook

Polls = Iterator[Poll | Unreadable]


class Asked(NamedTuple):
    """How the result is wanted."""

    as_json: bool
    show_suppressed: bool
    progress: Progress


@verb(
    "backtest",
    Exit.FAILED,
    Exit.WRONG,
    examples={
        "watcher backtest polls/": "What would my rules have sent over all of these polls?",
        "watcher backtest polls/2026-07-*.jsonl.zst --rule price-change": "Only one rule, in July:",
        "watcher backtest polls/ -c new.yaml --against config.yaml": "What does a new configuration change?",
    },
)
@click.argument("archives", metavar="ARCHIVE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--since", type=Moment(), help="From this time on; UTC where it names no zone.")
@click.option("--until", type=Moment(end_of_day=True), help="Up to this time, or to the end of this day.")
@click.option("--rule", "rules", multiple=True, metavar="NAME", help="Only this rule; may be repeated.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="OTHER.yaml",
    help="Judge the same polls by another configuration too, and tell what differs.",
)
@click.option("--show-suppressed", is_flag=True, help="Also list each change that was not told, and why.")
@with_config
@with_json
def command(
    *,
    archives: tuple[Path, ...],
    since: datetime | None,
    until: datetime | None,
    rules: tuple[str, ...],
    against: Path | None,
    show_suppressed: bool,
    config: Path | None,
    as_json: bool,
) -> None:
    """Tell what these rules would have sent over recorded polls.

    ARCHIVE is a recording (*.json, *.json.gz, *.jsonl, *.jsonl.gz, *.jsonl.zst) or a directory of them, as
    `catalog.archive` writes and the public data set dthinkr/openrouter-uptime holds. The polls are judged in
    order of time by the daemon's own code; group_wait, digests and quiet hours run on the archive's clock. No
    network is used and no state is touched.

    A surface's interval is the larger of the configured one and the archive's median. A poll that cannot be
    read or believed is listed under "Not believed" and does not fail the backtest. Single rows that cannot be
    read are set aside and counted. A damaged compressed file of many polls fails it before any is judged:
    which of them are true nobody knows.

    With --json each message is an object on a line, and the last line is the summary.
    """
    asked = Asked(as_json, show_suppressed, Progress(sys.stderr, "polls"))
    books = [configuration(config).rulebook]
    if against is not None:
        books.append(configuration(against).rulebook)
    archive = _within(survey(archives), since, until)
    books = [at_its_pace(book, archive.times) for book in _only(books, rules)]
    polls = recorded(archive, Reader(), since=since, until=until, progress=asked.progress)
    if against is None:
        _alone(polls, books[0], asked)
    else:
        _compared(polls, books, asked)


def _within(archive: Survey, since: datetime | None, until: datetime | None) -> Survey:
    """Return the survey with the times that are asked for, which its median is taken of."""
    times = (at for at in archive.times if (since is None or at >= since) and (until is None or at <= until))
    return replace(archive, times=tuple(times))


def _only(books: Sequence[Rulebook], names: Sequence[str]) -> list[Rulebook]:
    """Return the rulebooks with the rules that are asked for; each name is known to one of them at least."""
    known = dict.fromkeys(rule.name for book in books for rule in book.rules)
    for name in names:
        if name not in known:
            raise Misuse(f"no rule is called {visible(name)!r}; there are {', '.join(known)}")
    return [
        replace(book, rules=tuple(rule for rule in book.rules if not names or rule.name in names))
        for book in books
    ]


def _alone(polls: Polls, book: Rulebook, asked: Asked) -> None:
    tally = Tally()
    for decision in rehearse(tally.seen_in(polls), book):
        tally.add(decision)
        _tell(decision, book, asked)
    asked.progress.clear()
    if asked.as_json:
        put(tally.summary())
        return
    click.echo("\n".join(closing(tally, book.timezone)))


def _compared(polls: Polls, books: Sequence[Rulebook], asked: Asked) -> None:
    found = compare(polls, books[0], books[1])
    asked.progress.clear()
    if not asked.as_json:
        click.echo("\n".join(found.told(books[0])))
        return
    for line in found.to_json():
        put(line)


def _tell(decision: Decision, book: Rulebook, asked: Asked) -> None:
    if asked.show_suppressed:
        for item in decision.suppressed:
            asked.progress.clear()
            _put_suppressed(item, book, asked)
    for notification in decision.notifications:
        asked.progress.clear()
        if asked.as_json:
            put(with_words(notification, book))
        else:
            click.echo(block(notification, book.timezone) + "\n")


def with_words(notification: Notification, book: Rulebook) -> dict[str, Any]:
    """Return a notification as JSON values, with the plain words a person would have read."""
    words = plain(notification, book.timezone)
    return notification_to_json(notification) | {"title": words.title, "body": words.body}


def _put_suppressed(item: Suppressed, book: Rulebook, asked: Asked) -> None:
    if not asked.as_json:
        click.echo(suppression(item, book.timezone))
        return
    put(
        {
            "type": "suppressed",
            "at": stamp(item.at),
            "gate": str(item.gate),
            "rule": item.rule,
            "subject": item.subject,
            "field": item.field,
            "reason": item.reason,
        }
    )
