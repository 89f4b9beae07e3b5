"""Remembered: the state that a configuration names, opened for one verb."""

from __future__ import annotations

from watcher.config import Config
from watcher.store.store import Store


def to_read(settings: Config) -> Store:
    """Return the state, only to read, also beside a daemon. Raises StoreError."""
    return Store.open_to_read(settings.state, catalog=settings.catalog.base_url)


def to_write(settings: Config) -> Store:
    """Return the state to read and write in short transactions, also beside a daemon. Raises StoreError."""
    return Store.open(settings.state, catalog=settings.catalog.base_url)
