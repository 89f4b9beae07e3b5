"""``watcher import``: the history of recorded polls."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import click

from watcher.archive.recorded import Poll, recorded
from watcher.cli.configured import configuration
from watcher.cli.failures import Exit
from watcher.cli.progress import Progress
from watcher.cli.remembered import to_write
from watcher.cli.report import count
from watcher.cli.verbs import verb, with_config
from watcher.judgement.decision import Change
from watcher.judgement.rehearsal import rehearse
from watcher.reading.reader import Reader
from watcher.rules.rulebook import Rulebook

BATCH = 5000
"""Changes in one transaction: short enough that a daemon beside us does not notice."""


@verb(
    "import",
    Exit.FAILED,
    Exit.WRONG,
    examples={"watcher import polls/": "Know what happened before you began:"},
)
@click.argument("archives", metavar="ARCHIVE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@with_config
def command(*, archives: tuple[Path, ...], config: Path | None) -> None:
    """Fill the history from recorded polls, for `watcher history` and `watcher export`.

    Only changes are written: state, anchors and alerts stay as they are, so nothing is told. What the history
    has already is not written twice. ARCHIVE is as for `watcher backtest`. It may run beside a daemon.
    """
    settings = configuration(config)
    progress = Progress(sys.stderr, "polls")
    changes = _changes(archives, replace(settings.rulebook, rules=(), receivers=()), progress)
    with to_write(settings) as store:
        new = total = 0
        while batch := list(islice(changes, BATCH)):
            total += len(batch)
            new += store.fill(batch)
    progress.clear()
    click.echo(f"{count(total, 'change')} found, {new:,} of them new.")


def _changes(archives: Sequence[Path], book: Rulebook, progress: Progress) -> Iterator[Change]:
    polls = recorded(archives, Reader(), progress=progress)
    seen = (item.seen for item in polls if isinstance(item, Poll))
    for decision in rehearse(seen, book):
        yield from decision.changes
