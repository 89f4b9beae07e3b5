"""``watcher restore``: a backup, brought back."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.configured import configuration
from watcher.cli.failures import Exit
from watcher.cli.moments import now
from watcher.cli.verbs import verb, with_config
from watcher.store.backup import restore


@verb(
    "restore",
    Exit.FAILED,
    Exit.WRONG,
    examples={"watcher restore watcher-2026-07-06.db --force": "In place of a damaged state:"},
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace a state that is there.")
@with_config
def command(*, file: Path, force: bool, config: Path | None) -> None:
    """Make FILE, a backup, the state again. Stop the daemon first.

    The file is read whole before anything is replaced; one that is damaged leaves all as it was. The state
    that was there is put aside, beside the new one. What changed since the backup is found and told anew, and
    messages that waited in it go out: both marked as a possible repeat.
    """
    settings = configuration(config)
    aside = restore(file, settings.state, force=force, now=now())
    click.echo(f"{file} is now the state in {settings.state}.")
    if aside is not None:
        click.echo(f"What was there is kept as {aside}; delete it when you miss nothing.")
