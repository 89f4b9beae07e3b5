"""A store of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.values import OPENROUTER
from watcher.store.store import Store


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give a state directory that does not exist yet."""
    return tmp_path / "state"


@pytest.fixture
def store(directory: Path) -> Iterator[Store]:
    """Give a new, empty store."""
    with Store.open(directory, catalog=OPENROUTER) as opened:
        yield opened
