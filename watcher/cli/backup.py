"""``watcher backup``: the state in one file."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.configured import configuration
from watcher.cli.failures import Exit
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

    The copy is whole, checked, and readable for its owner alone. An existing FILE is never replaced.
    """
    settings = configuration(config)
    backup(settings.state, file)
    click.echo(f"{settings.state} is saved in {file}.")
