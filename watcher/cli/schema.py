"""``watcher schema``: the JSON Schema of the configuration."""

from __future__ import annotations

import json

import click

from watcher.cli.verbs import verb


@verb("schema", examples={"watcher schema > config.schema.json": "Give your editor completion and checks:"})
def command() -> None:
    """Print the JSON Schema (draft 2020-12) of config.yaml.

    Editors that know YAML schemas complete keys with it and mark mistakes while you type. `watcher check`
    knows more: it also reads receivers and `where` clauses.
    """
    # Presets' schemas take a while to be made, and no other verb needs them.
    from watcher.config.schema import schema  # noqa: PLC0415  # the reason stands above

    click.echo(json.dumps(schema(), indent=2, ensure_ascii=False))
