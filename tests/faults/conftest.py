"""What several tests of faults ask for."""

from __future__ import annotations

import shutil

import pytest

from tests.faults.tls import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificates, is not on this machine")
    return Authority(tmp_path_factory.mktemp("authority"))
