"""Remembered: the state that a configuration names, opened for one verb."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from watcher.cli.report import count
from watcher.config import Config
from watcher.store.store import Store


@contextmanager
def to_read(settings: Config) -> Iterator[Store]:
    """Give the state, only to read, also beside a daemon; say what is damaged in it. Raises StoreError."""
    with Store.open_to_read(settings.state, catalog=settings.catalog.base_url) as store:
        yield store
        _tell_damage(store)


@contextmanager
def to_write(settings: Config) -> Iterator[Store]:
    """Give the state to read and write in short transactions, also beside a daemon. Raises StoreError."""
    with Store.open(settings.state, catalog=settings.catalog.base_url) as store:
        yield store
        _tell_damage(store)


def _tell_damage(store: Store) -> None:
    for table, rows in store.queries.damage().items():
        click.echo(
            f"{count(rows, 'row')} of {table} damaged in the database, and left out here; "
            "`watcher restore` brings back a sound copy.",
            err=True,
        )
