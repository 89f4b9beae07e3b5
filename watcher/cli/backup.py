"""``watcher backup``: the state in one file."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.configured import configuration
from watcher.cli.failures import Exit
from watcher.cli.report import count
from watcher.cli.verbs import verb, with_config
from watcher.store.backup import backup


@verb(
    "backup",
    Exit.FAILED,
    Exit.WRONG,
    examples={'watcher backup "watcher-$(date +%F).db"': "Every night, from cron:"},
)
@click.argument("file", type=click.Path(path_type=Path))
@with_config
def command(*, file: Path, config: Path | None) -> None:
    """Save the state to one new FILE, also beside a running daemon.

    The copy is of one moment, readable for its owner alone, and read again row by row. An existing FILE is
    never replaced.
    """
    settings = configuration(config)
    damage = backup(settings.state, file)
    click.echo(f"{settings.state} is saved in {file}.")
    for table, rows in damage.items():
        click.echo(
            f"{count(rows, 'row')} of {table} damaged, there as here; older backups may have them.", err=True
        )
