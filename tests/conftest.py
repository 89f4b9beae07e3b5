"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


MOST_WORKERS = 4
"""A worker takes up to half a gigabyte, and a container may show more cores than it is given time on."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are cores: a third of the time a test waits for a daemon."""
    return min((os.cpu_count() or 1) + 1, MOST_WORKERS)


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Give the folder of recorded polls beside the checkout; where there is none, the test skips."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the recordings (../shared/data) are not beside this checkout")
    return folder
