"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Give the folder of recorded polls beside the checkout; where there is none, the test skips."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the recordings (../shared/data) are not beside this checkout")
    return folder
