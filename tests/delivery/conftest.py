from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.delivery import sink as peers


@pytest.fixture
def sink() -> Iterator[peers.Sink]:
    """Give an HTTP server on loopback that behaves as its paths say."""
    with peers.sink() as running:
        yield running
